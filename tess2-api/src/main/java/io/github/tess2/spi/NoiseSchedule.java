package io.github.tess2.spi;

import com.google.common.base.Preconditions;
import java.util.function.DoubleUnaryOperator;

/**
 * The share of the signal that is left at each diffusion step: ᾱ of the forward process {@code x_t
 * = √ᾱ_t · x_0 + √(1 − ᾱ_t) · k·ε}. Stateless and thread-safe.
 *
 * <p>A schedule without options is its own provider. A schedule with options declares them and
 * overrides {@link #create} to return an instance with their values.
 */
public interface NoiseSchedule extends Provider<NoiseSchedule> {
  /**
   * Returns ᾱ_0 … ᾱ_{T−1}, from the least noisy step to the noisiest.
   *
   * @param steps T, at least 1; sampling passes the number of sampling steps, training its own
   *     number
   * @return {@code steps} values in (0, 1], none larger than its predecessor
   */
  double[] alphasCumprod(int steps);

  /**
   * Returns ᾱ(t) for any time t in [0, 1], discretised in T steps: at i/T it is exactly ᾱ_i. Step
   * grids with other times use it. Default: log ᾱ is interpolated linearly between the steps, and
   * extrapolated beyond the last step from the last two. Schedules that are defined as a function
   * of time override it.
   *
   * @param steps T, at least 1
   * @return a non-increasing function from [0, 1] to (0, 1]; the caller may keep it
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
