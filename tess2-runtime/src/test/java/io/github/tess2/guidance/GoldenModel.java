package io.github.tess2.guidance;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.Precision;
import java.nio.file.Path;

/** The oracle's checkpoints: small random models in the real layout. */
final class GoldenModel {
  private static final Path CHECKPOINTS = Path.of("src/test/resources/golden/checkpoints");

  private GoldenModel() {}

  static Path folder(String name) {
    return CHECKPOINTS.resolve(name);
  }

  /** A model in float32 that takes few steps; the caller closes it. */
  static DiffusionLM open(String name) {
    return DiffusionLM.builder()
        .model(folder(name))
        .device(ComputeDevice.CPU)
        .precision(Precision.FP32)
        .steps(6)
        .length(12)
        .seed(7)
        .build();
  }
}
