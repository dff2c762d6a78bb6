package io.github.tess2.spi;

/**
 * How much of the signal is left at each diffusion step: ᾱ of the forward process {@code x_t = √ᾱ_t
 * · x_0 + √(1 − ᾱ_t) · k·ε}. Stateless and thread-safe.
 */
public interface NoiseSchedule extends Plugin {
  /**
   * Returns ᾱ_0 … ᾱ_{T−1}, from the least noisy step to the noisiest.
   *
   * @param steps T, at least 1: sampling asks with the number of sampling steps, training with its
   *     own
   * @return {@code steps} values in (0, 1], none larger than the one before it
   */
  double[] alphasCumprod(int steps);
}
