package io.github.tess2.examples.cli;

import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import io.github.tess2.examples.options.DeviceConverter;
import io.github.tess2.training.AdamW;
import io.github.tess2.training.TrainingConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that training runs of all stages share. */
final class TrainingOptions {
  @Option(
      names = "--accumulation",
      paramLabel = "N",
      defaultValue = "1",
      description = "Batches whose gradients make one step. Default: ${DEFAULT-VALUE}.")
  private int accumulation;

  @Option(
      names = "--beta1",
      paramLabel = "X",
      defaultValue = "0.9",
      description = "AdamW's decay of the gradient's mean. Default: ${DEFAULT-VALUE}.")
  private double beta1;

  @Option(
      names = "--beta2",
      paramLabel = "X",
      defaultValue = "0.999",
      description = "AdamW's decay of its square's mean. Default: ${DEFAULT-VALUE}.")
  private double beta2;

  @Option(
      names = "--epsilon",
      paramLabel = "X",
      defaultValue = "1e-8",
      description = "AdamW's epsilon. Default: ${DEFAULT-VALUE}.")
  private double epsilon;

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      defaultValue = "0",
      description = "In units of the learning rate; not on norms. Default: ${DEFAULT-VALUE}.")
  private double weightDecay;

  @Option(
      names = "--max-gradient-norm",
      paramLabel = "X",
      defaultValue = "1",
      description =
          "The norm that gradients are clipped to; 0 turns clipping off. Default:"
              + " ${DEFAULT-VALUE}.")
  private double maxGradientNorm;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      defaultValue = "500",
      description = "Steps between checkpoints. Default: ${DEFAULT-VALUE}.")
  private int checkpointEvery;

  @Option(
      names = "--evaluate-every",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Steps between evaluations on held-out data. Default: 0, after the last step only.")
  private int evaluateEvery;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "The seed of new weights, order, masks, timesteps and noise. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      converter = DeviceConverter.class,
      defaultValue = "auto",
      description = "auto (default: the first NVIDIA GPU, else the CPU), cpu, cuda or cuda:N.")
  private ComputeDevice device;

  @Option(
      names = "--precision",
      paramLabel = "FORMAT",
      defaultValue = "auto",
      description =
          "The precision to compute in: auto (default: bf16 if the device is fast at it, else"
              + " fp32), fp32 or bf16. Weights and optimizer are always fp32.")
  private Precision precision;

  @Option(
      names = "--runtime",
      paramLabel = "NAME",
      description = "The training runtime to use if several are installed.")
  private @Nullable String runtime;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  /** For picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  TrainingOptions() {}

  /**
   * Sets the options in a configuration. Throws {@link IllegalArgumentException} if one is invalid.
   */
  void applyTo(TrainingConfig.Builder run) {
    run.accumulation(accumulation)
        .optimizer(
            AdamW.builder()
                .beta1(beta1)
                .beta2(beta2)
                .epsilon(epsilon)
                .weightDecay(weightDecay)
                .maxGradientNorm(maxGradientNorm)
                .build())
        .checkpointEvery(checkpointEvery)
        .evaluateEvery(evaluateEvery)
        .seed(seed)
        .device(device)
        .precision(precision);
    threads.count().ifPresent(run::threads);
    if (runtime != null) {
      run.runtime(runtime);
    }
  }
}
