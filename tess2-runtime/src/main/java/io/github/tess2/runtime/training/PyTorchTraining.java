package io.github.tess2.runtime.training;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import com.google.auto.service.AutoService;
import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.PaddedTokenizer;
import io.github.tess2.runtime.engine.Devices;
import io.github.tess2.runtime.engine.ExitGate;
import io.github.tess2.runtime.engine.Threads;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.LinearKernel;
import io.github.tess2.spi.TrainingRuntime;
import io.github.tess2.training.Conventions;
import io.github.tess2.training.FreshModel;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener;
import io.github.tess2.training.TrainingResult;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code pytorch}: trains on PyTorch through DJL, on CUDA or the CPU. */
@AutoService(TrainingRuntime.class)
public final class PyTorchTraining implements TrainingRuntime {
  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public TrainingResult train(TrainingConfig config, TrainingListener listener) {
    try (OutputLock lock = OutputLock.acquire(config.output())) {
      RunFolder.requireFree(lock.folder(), config.steps());
      RunSettings.requireSame(config);
      return Threads.with(config.threads(), () -> locked(config, listener));
    }
  }

  private static TrainingResult locked(TrainingConfig config, TrainingListener listener) {
    ComputeDevice device = Devices.resolve(config.device());
    Precision precision = Devices.resolve(precision(config), device);
    Path start = config.startFrom();
    FreshModel fresh = config.fresh();
    Path tokenizer =
        start != null
            ? tokenizerOf(start)
            : requireNonNull(fresh, "startFrom or fresh").tokenizer();
    try (@Nullable PaddedTokenizer padded = padded(config, tokenizer)) {
      Path files = padded == null ? tokenizer : padded.folder();
      if (start == null) {
        ModelConfig model = StageModels.fresh(requireNonNull(fresh), files, config.stage());
        return run(config, listener, new StartingModel(model, files, null), device, precision);
      }
      try (Checkpoint checkpoint = Checkpoint.open(start)) {
        StageModels.checkStart(checkpoint, config.stage());
        ModelConfig model = StageModels.after(checkpoint.config(), padded, config.stage());
        return run(
            config, listener, new StartingModel(model, files, checkpoint), device, precision);
      }
    }
  }

  private static @Nullable PaddedTokenizer padded(TrainingConfig config, Path tokenizer) {
    return config.conventions().padding() == Conventions.Padding.ADDED
            && PaddedTokenizer.isNeeded(tokenizer)
        ? PaddedTokenizer.copy(tokenizer)
        : null;
  }

  /** The tokenizer of an adapter may be in the folder of its base. */
  private static Path tokenizerOf(Path start) {
    try (Checkpoint checkpoint = Checkpoint.open(start)) {
      return checkpoint.tokenizerFolder();
    }
  }

  private static TrainingResult run(
      TrainingConfig config,
      TrainingListener listener,
      StartingModel start,
      ComputeDevice device,
      Precision precision) {
    StageModels.check(config, start.config());
    // The data first, so that its errors are reported before anything large is created.
    try (DataLines lines = DataLines.open("training data", config.data(), config.seed());
        @Nullable DataLines heldOut = heldOut(config);
        Metrics metrics = new Metrics(config.output());
        CheckpointTokenizer tokenizer =
            CheckpointTokenizer.open(start.tokenizerFolder(), start.config());
        NDManager manager = NDManager.newBaseManager(Devices.first(device), "PyTorch");
        Graph graph = Graph.load(Devices.first(device), LinearKernel.ATEN)) {
      ExampleReader reader =
          new ExampleReader(
              tokenizer, config.stage(), config.conventions(), config.sequenceLength());
      boolean stopped =
          !DataCheck.pass(lines, reader, listener)
              || (heldOut != null && !DataCheck.pass(heldOut, reader, listener));
      RunData data = new RunData(lines, heldOut, reader, tokenizer.padId());
      return ExitGate.pass(
          () ->
              new TrainingRun(config, precision, start, data, graph, manager, metrics)
                  .train(listener, stopped));
    }
  }

  /** A run that resumes on another machine keeps the precision with which it began. */
  private static Precision precision(TrainingConfig config) {
    return config.precision() == Precision.AUTO
        ? TrainingState.precision(config.output()).orElse(Precision.AUTO)
        : config.precision();
  }

  private static @Nullable DataLines heldOut(TrainingConfig config) {
    return config.evaluationData().isEmpty()
        ? null
        : DataLines.open("evaluation data", config.evaluationData(), Evaluation.SEED);
  }
}
