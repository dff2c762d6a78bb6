package io.github.tess2.examples.cli;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.examples.options.DeviceConverter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that choose the model, and the device to load it on. */
final class ModelOptions {
  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      description =
          "The checkpoint: config.json, safetensors and tokenizer files. Default: the model"
              + " that ships with the library.")
  private @Nullable Path model;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      converter = DeviceConverter.class,
      description =
          "auto (default: the first NVIDIA GPU, else the CPU), cpu, cuda or cuda:N. cuda:N+M spreads"
              + " the layers over several GPUs.")
  private @Nullable ComputeDevice device;

  @Option(
      names = "--precision",
      paramLabel = "FORMAT",
      description =
          "auto (default: bf16 where the device is fast at it, else fp32), or one of"
              + " fp32, fp16, bf16.")
  private @Nullable Precision precision;

  @Option(
      names = "--weights",
      paramLabel = "FORMAT",
      description =
          "How the weights of the layers are stored: unquantized (default), int8 or fp8 (one byte a"
              + " weight; fp8 needs an NVIDIA GPU that multiplies it).")
  private @Nullable WeightFormat weights;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Option(
      names = "--runtime",
      paramLabel = "NAME",
      description = "The runtime to use if several are installed.")
  private @Nullable String runtime;

  /** The model's name in files of results. */
  String name() {
    return model == null ? "shipped" : model.toString();
  }

  /** The model's name in requests. */
  String shortName() {
    Path folder = model == null ? null : model.toAbsolutePath().normalize().getFileName();
    return folder == null ? "tess2" : folder.toString();
  }

  /**
   * Returns a builder with these options. Throws {@link IllegalArgumentException} if one is
   * invalid.
   */
  DiffusionLM.Builder builder() {
    DiffusionLM.Builder builder = DiffusionLM.builder();
    if (model != null) {
      builder.model(model);
    }
    if (device != null) {
      builder.device(device);
    }
    if (precision != null) {
      builder.precision(precision);
    }
    if (weights != null) {
      builder.weights(weights);
    }
    threads.count().ifPresent(builder::threads);
    if (runtime != null) {
      builder.runtime(runtime);
    }
    return builder;
  }

  /** Loads a model; the caller closes it. */
  static DiffusionLM load(Host host, DiffusionLM.Builder builder) {
    try (Progress progress = Progress.of(host, "Loading the model")) {
      progress.start();
      return builder.build();
    }
  }
}
