package io.github.tess2.runtime.grid;

import java.util.function.DoubleUnaryOperator;

/**
 * Spaces steps by a measure of how much is decided at each time: the same amount of it falls
 * between any two neighbours.
 */
final class Spacing {
  private static final int CELLS = 4000;

  /** A smaller total is too little to space steps by. */
  private static final double LEAST = 1e-6;

  private Spacing() {}

  /**
   * {@return {@code G⁻¹(i/T)} for i = T−1 … 0, with {@code G(t) = (1−s)·(F(t)−F(0))/(F(1)−F(0)) +
   * s·t}; i/T if F does not rise}
   *
   * @param steps T
   * @param decided F, the amount not yet decided at a time, rising in [0, 1]
   * @param uniform s, the share of the steps that is spaced evenly in time, in [0, 1]
   */
  static double[] times(int steps, DoubleUnaryOperator decided, double uniform) {
    double[] measure = new double[CELLS + 1];
    double first = decided.applyAsDouble(0);
    double whole = decided.applyAsDouble(1) - first;
    boolean flat = !(whole >= LEAST);
    for (int j = 0; j <= CELLS; j++) {
      double t = (double) j / CELLS;
      double share = flat ? t : (decided.applyAsDouble(t) - first) / whole;
      double mixed = (1 - uniform) * share + uniform * t;
      measure[j] = j == 0 ? 0 : Math.max(measure[j - 1], mixed);
    }
    double[] times = new double[steps];
    int cell = 0;
    for (int i = 1; i < steps; i++) {
      double goal = measure[CELLS] * i / steps;
      while (measure[cell + 1] < goal) {
        cell++;
      }
      double within = (goal - measure[cell]) / (measure[cell + 1] - measure[cell]);
      times[steps - 1 - i] = (cell + within) / CELLS;
    }
    return times;
  }
}
