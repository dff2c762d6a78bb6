package io.github.tess2.examples.benchmark;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.examples.options.DeviceConverter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that choose the model to measure, and the device. */
final class MeasuredModel {
  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "A checkpoint. Default: the model that ships with the library.")
  private @Nullable Path folder;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      converter = DeviceConverter.class,
      defaultValue = "auto",
      description =
          "auto, cpu, cuda, cuda:N or, for layers on several GPUs, cuda:N+M. Default:"
              + " ${DEFAULT-VALUE}.")
  private ComputeDevice device = ComputeDevice.AUTO;

  /**
   * Returns a builder with these options. Throws {@link IllegalArgumentException} if one is
   * invalid.
   */
  DiffusionLM.Builder builder() {
    DiffusionLM.Builder builder = DiffusionLM.builder().device(device);
    return folder == null ? builder : builder.model(folder);
  }
}
