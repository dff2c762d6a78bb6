package io.github.tess2.runtime.schedule;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.NoiseSchedule;

/** √β on a line from √1e-4 to √0.02 (Rombach et al., arXiv 2112.10752). */
@AutoService(NoiseSchedule.class)
public final class ScaledLinearSchedule implements NoiseSchedule {
  private static final double FIRST_ROOT = Math.sqrt(Betas.FIRST);
  private static final double LAST_ROOT = Math.sqrt(Betas.LAST);

  @Override
  public String name() {
    return "scaled_linear";
  }

  @Override
  public double[] alphasCumprod(int steps) {
    return Betas.alphasCumprod(
        steps,
        i -> {
          double root = Betas.line(FIRST_ROOT, LAST_ROOT, i, steps);
          return root * root;
        });
  }
}
