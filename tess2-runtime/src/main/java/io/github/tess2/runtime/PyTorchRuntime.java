package io.github.tess2.runtime;

import com.google.auto.service.AutoService;
import io.github.tess2.CheckpointInfo;
import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.Precision;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointReport;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.engine.Closing;
import io.github.tess2.runtime.engine.Devices;
import io.github.tess2.runtime.engine.EngineStart;
import io.github.tess2.runtime.engine.Threads;
import io.github.tess2.runtime.generation.PyTorchDiffusionLM;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.runtime.model.RewardNetwork;
import io.github.tess2.runtime.reward.PyTorchRewardModel;
import io.github.tess2.spi.DiffusionRuntime;
import io.github.tess2.spi.RewardModel;
import java.nio.file.Path;

/** {@code pytorch}: runs models on PyTorch through DJL, on CUDA or the CPU. */
@AutoService(DiffusionRuntime.class)
public final class PyTorchRuntime implements DiffusionRuntime {
  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public DiffusionLM open(Configuration configuration) {
    EngineStart.begin();
    Path folder = configuration.model();
    if (folder != null) {
      return open(folder, configuration);
    }
    try (ShippedModel shipped = ShippedModel.open(ShippedModel.Kind.DIFFUSION)) {
      return open(shipped.folder(), configuration);
    }
  }

  private static DiffusionLM open(Path folder, Configuration configuration) {
    CheckpointTokenizer tokenizer = null;
    Threads.Claim threads = null;
    DiffusionModel model = null;
    try (Checkpoint checkpoint = Checkpoint.open(folder).requireDiffusionModel()) {
      PyTorchDiffusionLM.checkOptions(configuration.options(), checkpoint.config());
      tokenizer = CheckpointTokenizer.open(checkpoint.tokenizerFolder(), checkpoint.config());
      // From here on PyTorch is needed; it was loaded in the meantime.
      ComputeDevice device = Devices.resolve(configuration.device());
      Precision precision = Devices.resolve(configuration.precision(), device);
      threads = Threads.claim(configuration.threads());
      model =
          DiffusionModel.load(checkpoint, Devices.djl(device), precision, configuration.weights());
      model.manager().attachInternal("threads", threads);
      return new PyTorchDiffusionLM(
          model, tokenizer, configuration.options(), device, configuration.batching());
    } catch (RuntimeException | Error e) {
      Closing.after(
          e,
          model == null ? null : model::close,
          tokenizer == null ? null : tokenizer::close,
          threads == null ? null : threads::close);
      throw e;
    }
  }

  @Override
  public RewardModel openRewardModel(RewardModel.Configuration configuration) {
    EngineStart.begin();
    Path folder = configuration.model();
    if (folder != null) {
      return openRewardModel(folder, configuration);
    }
    try (ShippedModel shipped = ShippedModel.open(ShippedModel.Kind.REWARD)) {
      return openRewardModel(shipped.folder(), configuration);
    }
  }

  @Override
  public CheckpointInfo inspect(Path folder) {
    return CheckpointReport.read(folder);
  }

  private static RewardModel openRewardModel(Path folder, RewardModel.Configuration configuration) {
    RewardNetwork network = null;
    try (Checkpoint checkpoint = Checkpoint.open(folder).requireRewardModel();
        CheckpointTokenizer tokenizer =
            CheckpointTokenizer.open(checkpoint.tokenizerFolder(), checkpoint.config())) {
      ComputeDevice device = Devices.resolve(configuration.device());
      Precision precision = Devices.resolve(configuration.precision(), device);
      network =
          RewardNetwork.load(
              checkpoint,
              Devices.djl(device),
              precision,
              configuration.weights(),
              configuration.activationBytes());
      return new PyTorchRewardModel(network, tokenizer.fingerprint(), configuration.readout());
    } catch (RuntimeException | Error e) {
      Closing.after(e, network == null ? null : network::close);
      throw e;
    }
  }
}
