package io.github.tess2.guidance;

import io.github.tess2.spi.Canvas;
import io.github.tess2.spi.Scale;

/** Evaluates a scale, which may be user code. */
final class CheckedScale {
  private CheckedScale() {}

  static double at(Scale scale, Canvas canvas) {
    double value = scale.at(canvas.step(), canvas.total());
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("the scale must be finite, but is: " + value);
    }
    return value;
  }
}
