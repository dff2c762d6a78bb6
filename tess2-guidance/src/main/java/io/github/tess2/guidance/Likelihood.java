package io.github.tess2.guidance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Probabilities of events in an answer whose tokens are drawn independently, each position from its
 * own p. All are sums of positive terms, so that even small values keep their precision and their
 * gradient.
 */
final class Likelihood {
  /** The spacing of float32 just below 1: the lower bound of 1 − p before the logarithm. */
  private static final double LEAST_MISS = 6e-8;

  /** Far above the smallest float32, so that the logarithm has a gradient wherever p has one. */
  private static final double LEAST = 1e-30;

  private Likelihood() {}

  /** log p, elementwise, finite. */
  static NDArray log(NDArray p) {
    return p.maximum(LEAST).log();
  }

  /**
   * Computes the probability that none of the first i positions has an event: Sᵢ = Π_{j&lt;i} (1 −
   * eventⱼ).
   *
   * @param event the event's probability at each position, {@code [B,G]}
   * @return S₀ = 1 to S_G, {@code [B,G+1]}
   */
  static NDArray none(NDArray event) {
    NDArray miss = event.neg().add(1).maximum(LEAST_MISS).log();
    NDArray start = miss.getManager().zeros(new Shape(miss.getShape().get(0), 1));
    return start.concat(miss.cumSum(1), 1).exp();
  }

  /**
   * Computes the probability that one event happens before another: Σᵢ Sᵢ·thingᵢ, with S computed
   * from both events.
   *
   * @param thing the event's probability at each position, {@code [B,G]}
   * @param either the probability of either event, {@code [B,G]}
   * @return {@code [B]}
   */
  static NDArray first(NDArray thing, NDArray either) {
    NDArray before = none(either).get(":, :-1");
    return before.mul(thing).sum(new int[] {1});
  }
}
