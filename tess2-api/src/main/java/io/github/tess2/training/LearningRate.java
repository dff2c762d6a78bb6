package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

/**
 * How the learning rate runs: linearly up from 0 over the warm-up, then as the shape says.
 *
 * @param peak the highest rate, greater than 0
 * @param warmupSteps steps until it is reached
 * @param shape what follows
 */
public record LearningRate(double peak, int warmupSteps, Shape shape) {
  /** What follows the warm-up. */
  public enum Shape {
    /** Stay at the peak. */
    CONSTANT,
    /** Half a cosine down to 0 at the last step. */
    COSINE
  }

  /**
   * Checks the ranges.
   *
   * @param peak as the component
   * @param warmupSteps as the component
   * @param shape as the component
   * @throws IllegalArgumentException if one is out of range
   */
  public LearningRate {
    Ranges.positive("learning rate", peak);
    Ranges.notNegative("warm-up steps", warmupSteps);
    requireNonNull(shape, "shape");
  }

  /**
   * {@return the rate of a step}
   *
   * @param step from 0
   * @param totalSteps of the run
   */
  public double at(int step, int totalSteps) {
    if (step < warmupSteps) {
      return peak * step / warmupSteps;
    }
    if (shape == Shape.CONSTANT) {
      return peak;
    }
    double progress = (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
    return peak * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)));
  }
}
