package com.example.tess2plugin;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.NoiseSchedule;

/**
 * {@code quadratic}: {@code ᾱ_t = 1 − ((t + 1) / (T + 1))²}. The signal stays high for longer than
 * with a linear schedule, then falls fast to about 2/T.
 */
@AutoService(NoiseSchedule.class)
public final class QuadraticSchedule implements NoiseSchedule {
  /** For {@link java.util.ServiceLoader}. */
  public QuadraticSchedule() {}

  @Override
  public String name() {
    return "quadratic";
  }

  @Override
  public double[] alphasCumprod(int steps) {
    double[] alphas = new double[steps];
    for (int t = 0; t < steps; t++) {
      double time = (t + 1.0) / (steps + 1);
      alphas[t] = 1 - time * time;
    }
    return alphas;
  }
}
