package io.github.tess2.training;

/**
 * The optimizer's settings (decoupled weight decay, arXiv 1711.05101). Norm weights do not decay.
 *
 * @param beta1 decay of the gradient's mean, in [0, 1)
 * @param beta2 decay of its square's mean, in [0, 1)
 * @param epsilon added to the root, greater than 0
 * @param weightDecay decay per step in units of the learning rate, 0 or more
 * @param maxGradientNorm the norm all gradients together are clipped to; 0 for no clipping
 */
public record AdamW(
    double beta1, double beta2, double epsilon, double weightDecay, double maxGradientNorm) {
  /** As the published runs have it: no weight decay, and gradients clipped at 1. */
  public static final AdamW DEFAULT = new AdamW(0.9, 0.999, 1e-8, 0, 1);

  /**
   * Checks the ranges.
   *
   * @param beta1 as the component
   * @param beta2 as the component
   * @param epsilon as the component
   * @param weightDecay as the component
   * @param maxGradientNorm as the component
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
