package io.github.tess2.runtime.schedule;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.NoiseSchedule;

/** {@code β = σ(z)·(0.02 − 1e-4) + 1e-4} with z on a line from −6 to 6. */
@AutoService(NoiseSchedule.class)
public final class SigmoidSchedule implements NoiseSchedule {
  private static final double END = 6;

  @Override
  public String name() {
    return "sigmoid";
  }

  @Override
  public double[] alphasCumprod(int steps) {
    return Betas.alphasCumprod(
        steps,
        i -> {
          double z = Betas.line(-END, END, i, steps);
          return (Betas.LAST - Betas.FIRST) / (1 + Math.exp(-z)) + Betas.FIRST;
        });
  }
}
