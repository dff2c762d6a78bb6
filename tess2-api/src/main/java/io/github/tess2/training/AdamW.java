package io.github.tess2.training;

/**
 * Settings of the AdamW optimizer (decoupled weight decay, arXiv 1711.05101). Norm weights are not
 * decayed.
 *
 * @param beta1 decay rate of the gradient's running mean, in [0, 1)
 * @param beta2 decay rate of the squared gradient's running mean, in [0, 1)
 * @param epsilon added to the square root in the denominator, greater than 0
 * @param weightDecay weight decay per step as a multiple of the learning rate, 0 or more
 * @param maxGradientNorm the global norm that gradients are clipped to; 0 for no clipping
 */
public record AdamW(
    double beta1, double beta2, double epsilon, double weightDecay, double maxGradientNorm) {
  /** The settings of the published runs: no weight decay, and gradients clipped to 1. */
  public static final AdamW DEFAULT = new AdamW(0.9, 0.999, 1e-8, 0, 1);

  /**
   * Checks the ranges.
   *
   * @param beta1 decay rate of the gradient's running mean
   * @param beta2 decay rate of the squared gradient's running mean
   * @param epsilon added to the square root in the denominator
   * @param weightDecay weight decay per step as a multiple of the learning rate
   * @param maxGradientNorm the global norm that gradients are clipped to
   * @throws IllegalArgumentException if one is out of range
   */
  public AdamW {
    Ranges.fraction("beta1", beta1);
    Ranges.fraction("beta2", beta2);
    Ranges.positive("epsilon", epsilon);
    Ranges.notNegative("weight decay", weightDecay);
    Ranges.notNegative("max gradient norm", maxGradientNorm);
  }
}
