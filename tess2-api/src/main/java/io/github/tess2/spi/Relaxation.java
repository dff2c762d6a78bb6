package io.github.tess2.spi;

/**
 * How logits are turned into the probabilities p that a {@link Reward} sees: {@code p =
 * softmax((logits + γ) / τ)}.
 *
 * @param temperature temperature τ, finite and at least {@link #LEAST_TEMPERATURE}
 * @param gumbel whether γ is Gumbel noise, so that p is centred on a draw; otherwise γ = 0
 * @param hard whether the reward sees 1 at p's likeliest token and 0 elsewhere, while the gradient
 *     is p's own (straight-through)
 */
public record Relaxation(double temperature, boolean gumbel, boolean hard) {
  /**
   * The smallest τ, also for draws. Dividing logits by less could overflow float32 and give NaN.
   */
  public static final double LEAST_TEMPERATURE = 1e-6;

  /** The plain softmax at temperature 1. */
  public static final Relaxation SOFTMAX = new Relaxation(1, false, false);

  /**
   * Checks the temperature.
   *
   * @param temperature temperature τ
   * @param gumbel whether γ is Gumbel noise
   * @param hard whether the reward sees 1 at p's likeliest token and 0 elsewhere
   * @throws IllegalArgumentException if the temperature is out of range
   */
  public Relaxation {
    if (!(temperature >= LEAST_TEMPERATURE) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature must be finite and at least 1e-6, but is: " + temperature);
    }
  }
}
