package io.github.tess2.runtime.grid;

/**
 * The probability that the largest entry of a noisy simplex is the true token's.
 *
 * <p>x_t is {@code √ᾱ·k + √(1−ᾱ)·k·ε} at the true token and {@code −√ᾱ·k + √(1−ᾱ)·k·ε} at the V−1
 * others, with independent ε ~ N(0, 1). Divided by {@code √(1−ᾱ)·k}, the true token is {@code d =
 * 2·√(ᾱ/(1−ᾱ))} above the others, whatever k is. It is the largest with probability
 *
 * <p>{@code p(d) = ∫ φ(y − d) · Φ(y)^(V−1) dy}.
 *
 * <p>It is integrated by the trapezoid rule, which on a smooth function that vanishes at both ends
 * converges faster than any power of the step. Immutable.
 */
final class ArgmaxSurvival {
  /** Steps of y per unit. */
  private static final int FINE = 64;

  /** Beyond this many standard deviations the density is negligible. */
  private static final int REACH = 9;

  /** The largest d, at which even 10^12 tokens can be distinguished. */
  private static final int MOST = 16;

  /** Values of d per unit. Between them p is interpolated linearly. */
  private static final int VALUES = 64;

  private final double[] probabilities = new double[MOST * VALUES + 1];

  /**
   * Computes the probabilities.
   *
   * @param vocabularySize V, at least 1
   */
  ArgmaxSurvival(int vocabularySize) {
    double[] below = allBelow(vocabularySize - 1);
    double[] density = new double[2 * REACH * FINE + 1];
    for (int i = 0; i < density.length; i++) {
      density[i] = density((double) i / FINE - REACH);
    }
    for (int at = 0; at < probabilities.length; at++) {
      // Both grids have the same step, so y − d is a grid point too.
      int shift = at * FINE / VALUES;
      double sum = 0;
      for (int i = 0; i < density.length; i++) {
        sum += density[i] * below[i + shift];
      }
      probabilities[at] = Math.min(sum / FINE, 1);
    }
  }

  /** Φ(y)^others for y from −REACH upwards. */
  private static double[] allBelow(int others) {
    double[] powers = new double[(2 * REACH + MOST) * FINE + 1];
    double above = 0;
    for (int i = powers.length - 1; i >= 0; i--) {
      double y = (double) i / FINE - REACH;
      double next = y + 1.0 / FINE;
      // Simpson's rule from the upper end keeps the tail's relative accuracy.
      above += (density(y) + 4 * density((y + next) / 2) + density(next)) / (6 * FINE);
      powers[i] = Math.exp(others * Math.log1p(-Math.min(above, 1)));
    }
    return powers;
  }

  private static double density(double y) {
    return Math.exp(-y * y / 2) / Math.sqrt(2 * Math.PI);
  }

  /**
   * {@return p at a noise level}
   *
   * @param alphaBar ᾱ, in (0, 1]
   */
  double at(double alphaBar) {
    double place = 2 * Math.sqrt(alphaBar / (1 - alphaBar)) * VALUES;
    if (!(place < probabilities.length - 1)) {
      return 1;
    }
    int before = (int) place;
    double share = place - before;
    return probabilities[before] + share * (probabilities[before + 1] - probabilities[before]);
  }
}
