package io.github.tess2.runtime.schedule;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.NoiseSchedule;

/**
 * {@code β_i = min(1 − f((i+1)/T)/f(i/T), 0.999)} with f the squared cosine. ᾱ_i is then f at the
 * end of step i, and the cap keeps the last one above zero.
 */
@AutoService(NoiseSchedule.class)
public final class SquaredCosCapSchedule implements NoiseSchedule {
  private static final double LARGEST_BETA = 0.999;

  @Override
  public String name() {
    return "squaredcos_cap_v2";
  }

  @Override
  public double[] alphasCumprod(int steps) {
    return Betas.alphasCumprod(
        steps,
        i -> {
          double end = CosineSignal.at((i + 1.0) / steps);
          double begin = CosineSignal.at((double) i / steps);
          return Math.min(1 - end / begin, LARGEST_BETA);
        });
  }
}
