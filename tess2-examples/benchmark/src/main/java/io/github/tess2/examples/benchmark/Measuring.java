package io.github.tess2.examples.benchmark;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.Batching;
import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.ModelInfo;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.guidance.RewardGuidance;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.engine.Devices;
import io.github.tess2.runtime.engine.Threads;
import io.github.tess2.runtime.generation.PyTorchDiffusionLM;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.RewardModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs a workload through the library and measures it.
 *
 * @param device the resolved device to compute on
 * @param rewardDevice the resolved device of the reward model
 * @param precision the precision to compute in
 * @param weights the format in which the weights of layers are stored
 * @param threads number of threads that compute on a CPU
 */
record Measuring(
    ComputeDevice device,
    ComputeDevice rewardDevice,
    Precision precision,
    WeightFormat weights,
    int threads) {

  /**
   * Measures steps.
   *
   * @param folder the folder of the checkpoint
   * @param reward the folder of the reward model that guides every step; null for none
   * @param workload the workload to run
   */
  Measurement measure(Path folder, @Nullable Path reward, Workload workload) throws IOException {
    Threads.Claim claim = Threads.claim(OptionalInt.of(threads));
    try {
      Threads.apply();
      return loadAndMeasure(folder, reward, workload);
    } finally {
      claim.close();
    }
  }

  private Measurement loadAndMeasure(Path folder, @Nullable Path reward, Workload workload)
      throws IOException {
    OptionalLong before = usedWithEngine();
    DiffusionModel model;
    CheckpointTokenizer tokenizer;
    long start = System.nanoTime();
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      tokenizer = CheckpointTokenizer.open(checkpoint.tokenizerFolder(), checkpoint.config());
      model = DiffusionModel.load(checkpoint, Devices.djl(device), precision, weights);
    }
    double loadSeconds = (System.nanoTime() - start) / 1e9;
    ProcessMemory.requireUnmapped(folder);
    GenerationRequest defaults = GenerationRequest.of("none");
    try (DiffusionLM lm =
        new PyTorchDiffusionLM(model, tokenizer, defaults.options(), device, Batching.UNLIMITED)) {
      BackboneRun backbone = new BackboneRun(model, workload);
      if (reward == null) {
        return measure(lm, backbone, List.of(), 0, workload, before, loadSeconds);
      }
      RewardModel.Configuration configuration =
          RewardModel.Configuration.builder()
              .model(reward)
              .device(rewardDevice)
              .precision(precision)
              .weights(weights)
              .build();
      try (RewardModel rewardModel = RewardModel.open(configuration)) {
        ProcessMemory.requireUnmapped(reward);
        Guidance guidance = RewardGuidance.builder("reward-model", rewardModel).build();
        return measure(
            lm,
            backbone,
            List.of(guidance),
            rewardModel.weightBytes(),
            workload,
            before,
            loadSeconds);
      }
    }
  }

  /**
   * Bytes in use, by the process or on the GPUs, once PyTorch has started and multiplied a matrix
   * on each.
   */
  private OptionalLong usedWithEngine() throws IOException {
    for (ComputeDevice used : List.of(device, rewardDevice)) {
      for (Device djl : Devices.djl(used)) {
        try (NDManager manager = NDManager.newBaseManager(djl)) {
          NDArray ones = manager.ones(new Shape(64, 64));
          ones.matMul(ones).toFloatArray();
        }
      }
    }
    OptionalLong onDevice = DeviceMemory.used(device, rewardDevice);
    return onDevice.isPresent() ? onDevice : ProcessMemory.resident();
  }

  private Measurement measure(
      DiffusionLM lm,
      BackboneRun backbone,
      List<Guidance> guidance,
      long rewardBytes,
      Workload workload,
      OptionalLong before,
      double loadSeconds)
      throws IOException {
    List<GenerationRequest> requests = workload.requests(lm.tokenizer(), guidance);
    ProcessMemory.resetPeak();
    double first = stepMillis(lm, requests);
    backbone.millis();
    List<Double> steps = new ArrayList<>();
    List<Double> backbones = new ArrayList<>();
    for (int i = 0; i < workload.runs(); i++) {
      // In turns, so that a slowdown of the machine affects both.
      steps.add(stepMillis(lm, requests));
      backbones.add(backbone.millis());
    }
    OptionalLong onDevice = DeviceMemory.used(device, rewardDevice);
    OptionalLong peak = onDevice.isPresent() ? onDevice : ProcessMemory.peak();
    long weights = lm.info().weightBytes() + rewardBytes;
    @Nullable Long beyond =
        before.isPresent() && peak.isPresent()
            ? peak.getAsLong() - before.getAsLong() - weights
            : null;
    return new Measurement(
        guidance.isEmpty() ? "tess2-java" : "tess2-java, guided",
        devices(!guidance.isEmpty()),
        format(lm.info()),
        threads,
        workload.batch(),
        workload.prompt(),
        workload.length(),
        workload.steps() * workload.runs(),
        BenchmarkCommand.median(steps),
        first,
        BenchmarkCommand.median(backbones),
        weights,
        loadSeconds,
        beyond);
  }

  private String devices(boolean guided) {
    return guided && !rewardDevice.equals(device)
        ? device + ", reward " + rewardDevice
        : device.toString();
  }

  /** The precision of computing, and the format of stored weights if it differs. */
  private static String format(ModelInfo info) {
    String precision = info.precision().name().toLowerCase(Locale.ROOT);
    return info.weights() == WeightFormat.UNQUANTIZED
        ? precision
        : info.weights().name().toLowerCase(Locale.ROOT) + "/" + precision;
  }

  private static double stepMillis(DiffusionLM lm, List<GenerationRequest> requests) {
    GenerationResult result = lm.generateAll(requests).get(0);
    return result.timings().denoising().toNanos() / 1e6 / result.steps();
  }
}
