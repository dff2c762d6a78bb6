package io.github.tess2.guidance;

import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.RewardModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Shared code of the two reward model providers: opens a reward model from options. */
final class RewardModels {
  private static final Option<Optional<Path>> PATH =
      Option.path("path", "the reward checkpoint's folder")
          .optional("the reward model that ships with the library");
  private static final Option<ComputeDevice> DEVICE =
      Option.of(
              "device",
              "auto, cpu, cuda, cuda:N or cuda:N+M",
              "where to compute; may be another GPU than the model's",
              given ->
                  given instanceof ComputeDevice device
                      ? device
                      : ComputeDevice.parse(given.toString()))
          .or(ComputeDevice.AUTO);
  private static final Option<Precision> PRECISION =
      Option.oneOf("precision", Precision.class, "the precision to compute in").or(Precision.AUTO);

  private static final Option<WeightFormat> WEIGHTS =
      Option.oneOf("weights", WeightFormat.class, "how to store the weights of its layers")
          .or(WeightFormat.UNQUANTIZED);
  private static final Option<Double> ACTIVATIONS =
      Option.number(
              "activation-memory",
              0,
              1 << 20,
              "memory in MiB for activations kept until the gradient is taken: more is faster")
          .or((double) (RewardModel.Configuration.DEFAULT_ACTIVATION_BYTES >> 20));

  private static final Option<RewardModel.Readout> READOUT =
      Option.oneOf(
              "readout",
              RewardModel.Readout.class,
              "where the score is read: at the end of the answer, or at the last position")
          .or(RewardModel.Readout.END);
  private static final Option<Optional<String>> RUNTIME =
      Option.text("runtime", "the runtime that opens it").optional("the only one installed");

  private RewardModels() {}

  static List<Option<?>> options() {
    return List.of(PATH, DEVICE, PRECISION, WEIGHTS, ACTIVATIONS, READOUT, RUNTIME);
  }

  /** Opens the reward model. The caller closes it. */
  static RewardModel open(OptionValues options) {
    RewardModel.Configuration.Builder configuration =
        RewardModel.Configuration.builder()
            .model(options.get(PATH).orElse(null))
            .device(options.get(DEVICE))
            .precision(options.get(PRECISION))
            .weights(options.get(WEIGHTS))
            .readout(options.get(READOUT))
            .activationBytes((long) (options.get(ACTIVATIONS) * (1 << 20)));
    options.get(RUNTIME).ifPresent(configuration::runtime);
    return RewardModel.open(configuration.build());
  }
}
