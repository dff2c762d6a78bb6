package io.github.tess2.guidance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.spi.RewardInput;

/**
 * Probabilities of events in an answer whose tokens are drawn independently, each position from its
 * own p. All are sums of positive terms, so that they have digits, and a gradient, however small
 * they are.
 */
final class Likelihood {
  /** Float32's step below 1: what 1 − p is raised to before its logarithm. */
  private static final double LEAST_MISS = 6e-8;

  /** Far above float32's least number, so that the logarithm has a gradient wherever p has. */
  private static final double LEAST = 1e-30;

  private Likelihood() {}

  /** log p, elementwise, finite. */
  static NDArray log(NDArray p) {
    return p.maximum(LEAST).log();
  }

  /** Probability of the end-of-sequence token at each position, {@code [B,G]}. */
  static NDArray end(RewardInput input) {
    return input.probabilitiesOf(input.tokenizer().eosId()).squeeze(-1);
  }

  /**
   * Computes how likely none of the first i positions has an event: Sᵢ = Π_{j&lt;i} (1 − eventⱼ).
   *
   * @param event its probability at each position, {@code [B,G]}
   * @return S₀ = 1 to S_G, {@code [B,G+1]}
   */
  static NDArray none(NDArray event) {
    NDArray miss = event.neg().add(1).maximum(LEAST_MISS).log();
    NDArray start = miss.getManager().zeros(new Shape(miss.getShape().get(0), 1));
    return start.concat(miss.cumSum(1), 1).exp();
  }

  /**
   * Computes how likely one thing happens, and not another before it: Σᵢ Sᵢ·thingᵢ, with S of both.
   *
   * @param thing its probability at each position, {@code [B,G]}
   * @param either that of it or the other, {@code [B,G]}
   * @return {@code [B]}
   */
  static NDArray first(NDArray thing, NDArray either) {
    NDArray before = none(either).get(":, :-1");
    return before.mul(thing).sum(new int[] {1});
  }
}
