package io.github.tess2.guidance;

import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.Scale;

/** Evaluates a scale, which may be user code. */
final class CheckedScale {
  private CheckedScale() {}

  static double at(Scale scale, GuidedStep step) {
    double value = scale.at(step.step(), step.total());
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("the scale must be finite, but is: " + value);
    }
    return value;
  }
}
