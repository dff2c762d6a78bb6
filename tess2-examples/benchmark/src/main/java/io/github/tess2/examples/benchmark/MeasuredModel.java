package io.github.tess2.examples.benchmark;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that say which model is measured, and where. */
final class MeasuredModel {
  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "A checkpoint. Default: the small model that ships with the library.")
  private @Nullable Path folder;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "auto, cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  private String device = "auto";

  /** Starts a model with these options; wrong ones throw {@link IllegalArgumentException}. */
  DiffusionLM.Builder builder() {
    DiffusionLM.Builder builder = DiffusionLM.builder().device(ComputeDevice.parse(device));
    return folder == null ? builder : builder.model(folder);
  }
}
