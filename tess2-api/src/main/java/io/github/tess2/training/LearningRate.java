package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

/**
 * How the learning rate runs: linearly up from 0 over the warm-up, then as the shape says.
 *
 * @param peak the highest rate, greater than 0
 * @param warmupSteps steps until it is reached
 * @param shape what follows
 * @param endShare of the peak that a falling rate ends at, in [0, 1]; 0 where the shape is constant
 */
public record LearningRate(double peak, int warmupSteps, Shape shape, double endShare) {
  /** What follows the warm-up. */
  public enum Shape {
    /** Stay at the peak. */
    CONSTANT,
    /** Half a cosine down to the end's share of the peak, at the last step. */
    COSINE,
    /** A straight line down to the end's share of the peak, at the last step. */
    LINEAR
  }

  /**
   * Checks the ranges.
   *
   * @param peak as the component
   * @param warmupSteps as the component
   * @param shape as the component
   * @param endShare as the component
   * @throws IllegalArgumentException if one is out of range
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
   * A rate that ends at 0, if it falls.
   *
   * @param peak as the component
   * @param warmupSteps as the component
   * @param shape as the component
   * @throws IllegalArgumentException if one is out of range
   */
  public LearningRate(double peak, int warmupSteps, Shape shape) {
    this(peak, warmupSteps, shape, 0);
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
    double done = Math.min(1, progress);
    double left = shape == Shape.LINEAR ? 1 - done : 0.5 * (1 + Math.cos(Math.PI * done));
    return peak * (endShare + (1 - endShare) * left);
  }
}
