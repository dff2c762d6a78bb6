package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

/**
 * A learning rate schedule: a linear warm-up from 0, then the given shape.
 *
 * @param peak the highest rate, greater than 0
 * @param warmupSteps number of steps until the peak
 * @param shape shape after the warm-up
 * @param endShare final rate of a falling shape as a fraction of the peak, in [0, 1]; 0 for a
 *     constant shape
 */
public record LearningRate(double peak, int warmupSteps, Shape shape, double endShare) {
  /** The shape after the warm-up. */
  public enum Shape {
    /** Stays at the peak. */
    CONSTANT,
    /** Falls along half a cosine to the end share at the last step. */
    COSINE,
    /** Falls linearly to the end share at the last step. */
    LINEAR
  }

  /**
   * Checks the ranges.
   *
   * @param peak the highest rate
   * @param warmupSteps number of steps until the peak
   * @param shape shape after the warm-up
   * @param endShare final rate of a falling shape as a fraction of the peak
   * @throws IllegalArgumentException if a value is out of range
   */
  public LearningRate {
    Ranges.positive("learning rate", peak);
    Ranges.notNegative("warm-up steps", warmupSteps);
    requireNonNull(shape, "shape");
    Ranges.share("end share of the learning rate", endShare);
    if (shape == Shape.CONSTANT && endShare != 0) {
      throw new IllegalArgumentException(
          "end share of the learning rate is for falling rates only, but the shape is: " + shape);
    }
  }

  /**
   * Creates a schedule that, if it falls, ends at 0.
   *
   * @param peak the highest rate
   * @param warmupSteps number of steps until the peak
   * @param shape shape after the warm-up
   * @throws IllegalArgumentException if a value is out of range
   */
  public LearningRate(double peak, int warmupSteps, Shape shape) {
    this(peak, warmupSteps, shape, 0);
  }

  /**
   * {@return the rate of a step}
   *
   * @param step the step, from 0
   * @param totalSteps number of steps of the run
   */
  public double at(int step, int totalSteps) {
    if (step < warmupSteps) {
      return peak * step / warmupSteps;
    }
    if (shape == Shape.CONSTANT) {
      return peak;
    }
    double progress = (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
    double done = Math.min(1, progress);
    double left = shape == Shape.LINEAR ? 1 - done : 0.5 * (1 + Math.cos(Math.PI * done));
    return peak * (endShare + (1 - endShare) * left);
  }
}
