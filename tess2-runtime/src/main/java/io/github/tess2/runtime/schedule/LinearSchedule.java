package io.github.tess2.runtime.schedule;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.NoiseSchedule;

/** β on a line from 1e-4 to 0.02 (Ho et al., arXiv 2006.11239). */
@AutoService(NoiseSchedule.class)
public final class LinearSchedule implements NoiseSchedule {
  @Override
  public String name() {
    return "linear";
  }

  @Override
  public double[] alphasCumprod(int steps) {
    return Betas.alphasCumprod(steps, i -> Betas.line(Betas.FIRST, Betas.LAST, i, steps));
  }
}
