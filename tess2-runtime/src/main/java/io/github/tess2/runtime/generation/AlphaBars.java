package io.github.tess2.runtime.generation;

import io.github.tess2.runtime.model.TimeWarp;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The times and ᾱ of a request's steps, with the model's learned time warp if it has one. Steps
 * count down to 0, at which the answer is read.
 */
final class AlphaBars {
  private final double[] times;
  private final double[] alphas;

  /** ᾱ of the state that each step produces. */
  private final double[] before;

  /** Steps at every i/T, as in the published code. */
  AlphaBars(double[] alphasCumprod, @Nullable TimeWarp warp) {
    this(alphasCumprod, t -> alphasCumprod[0], uniform(alphasCumprod.length), warp);
  }

  /**
   * Steps at the times of a grid.
   *
   * @param alphasCumprod ᾱ at each i/T
   * @param alphaBar ᾱ at all other times
   * @param grid strictly falling, in [0, 1)
   * @param warp the time warp; null for a model without one
   */
  AlphaBars(
      double[] alphasCumprod,
      DoubleUnaryOperator alphaBar,
      double[] grid,
      @Nullable TimeWarp warp) {
    int total = alphasCumprod.length;
    int count = grid.length;
    times = new double[count];
    alphas = new double[count];
    before = new double[count];
    for (int step = 0; step < count; step++) {
      double t = grid[count - 1 - step];
      int nearest = (int) Math.min(Math.rint(t * total), total - 1);
      boolean whole = (double) nearest / total == t;
      before[step] = step == 0 ? 1 : alphas[step - 1];
      if (warp == null) {
        times[step] = t;
        alphas[step] = whole ? alphasCumprod[nearest] : alphaBar.applyAsDouble(t);
      } else {
        // The published code maps a step to a warped step and uses ᾱ at the whole step below it.
        double warped = warp.warp(whole ? nearest : Math.min(t * total, total - 1), total);
        int index = Math.min(Math.max((int) warped, 0), total - 1);
        times[step] = warped / total;
        alphas[step] = alphasCumprod[index];
        before[step] = index == 0 ? 1 : before[step];
      }
    }
  }

  /** {@return (T−1)/T … 0} */
  static double[] uniform(int steps) {
    double[] times = new double[steps];
    for (int i = 0; i < steps; i++) {
      times[i] = (double) (steps - 1 - i) / steps;
    }
    return times;
  }

  /** The number of steps. */
  int total() {
    return times.length;
  }

  /** The time of a step that the model gets: t, or the warped time. */
  double time(int step) {
    return times[step];
  }

  /** ᾱ_t. */
  double at(int step) {
    return alphas[step];
  }

  /** ᾱ_{t−1}, which is 1 if step t is the last. */
  double before(int step) {
    return before[step];
  }

  /**
   * Whether a step has the same noise levels as the same step of another trajectory, before and
   * after it.
   */
  boolean alikeAt(int step, AlphaBars others) {
    boolean first = step == total() - 1;
    return total() == others.total()
        && alphas[step] == others.alphas[step]
        && before[step] == others.before[step]
        && (first || before[step + 1] == others.before[step + 1]);
  }
}
