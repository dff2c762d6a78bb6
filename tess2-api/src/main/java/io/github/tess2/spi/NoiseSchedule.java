package io.github.tess2.spi;

import com.google.common.base.Preconditions;
import java.util.function.DoubleUnaryOperator;

/**
 * How much of the signal is left at each diffusion step: ᾱ of the forward process {@code x_t = √ᾱ_t
 * · x_0 + √(1 − ᾱ_t) · k·ε}. Stateless and thread-safe.
 *
 * <p>A schedule that takes no options is its own provider. One that does declares them and makes
 * another of its kind out of their values.
 */
public interface NoiseSchedule extends Provider<NoiseSchedule> {
  /**
   * Returns ᾱ_0 … ᾱ_{T−1}, from the least noisy step to the noisiest.
   *
   * @param steps T, at least 1: sampling asks with the number of sampling steps, training with its
   *     own
   * @return {@code steps} values in (0, 1], none larger than the one before it
   */
  double[] alphasCumprod(int steps);

  /**
   * Returns ᾱ(t) for any time t in [0, 1], in the discretisation of T steps: at i/T it is ᾱ_i to
   * the last bit. A step grid that visits other times is served by it. Default: between the steps
   * log ᾱ follows a line, and beyond the last one it goes on as between the last two. A schedule
   * that is a function of time to begin with overrides it.
   *
   * @param steps T, at least 1
   * @return a function from [0, 1] to (0, 1] that does not rise; it may be kept
   */
  default DoubleUnaryOperator alphaBar(int steps) {
    double[] alphas = alphasCumprod(steps);
    Preconditions.checkArgument(
        alphas.length == steps,
        "alphasCumprod must have %s values, but has: %s",
        steps,
        alphas.length);
    return t -> {
      int nearest = (int) Math.min(Math.rint(t * steps), steps - 1);
      if ((double) nearest / steps == t || steps == 1) {
        return alphas[nearest];
      }
      int before = (int) Math.min(Math.floor(t * steps), steps - 2);
      double first = Math.log(alphas[before]);
      double slope = Math.log(alphas[before + 1]) - first;
      double between = Math.exp(first + slope * (t * steps - before));
      double least = t * steps > before + 1 ? Double.MIN_VALUE : alphas[before + 1];
      return Math.min(Math.max(between, least), alphas[before]);
    };
  }

  @Override
  default NoiseSchedule create(OptionValues options) {
    return this;
  }
}
