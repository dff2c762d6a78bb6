package io.github.tess2.runtime.schedule;

import java.util.function.IntToDoubleFunction;

/** Shared by the schedules: the range of β, and the conversion from β to ᾱ. */
final class Betas {
  /** β of the least noisy step, in schedules that have a range. */
  static final double FIRST = 1e-4;

  /** β of the noisiest step, in schedules that have a range. */
  static final double LAST = 0.02;

  private Betas() {}

  /** {@code ᾱ_t = Π_{i ≤ t} (1 − β_i)} for t in 0 … steps − 1. */
  static double[] alphasCumprod(int steps, IntToDoubleFunction beta) {
    double[] alphasCumprod = new double[steps];
    double product = 1;
    for (int i = 0; i < steps; i++) {
      product *= 1 - beta.applyAsDouble(i);
      alphasCumprod[i] = product;
    }
    return alphasCumprod;
  }

  /**
   * Point i of {@code steps} evenly spaced points that include both ends. A single point is {@code
   * first}.
   */
  static double line(double first, double last, int i, int steps) {
    return steps == 1 ? first : first + (last - first) * i / (steps - 1);
  }
}
