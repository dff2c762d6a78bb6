package io.github.tess2.runtime.schedule;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.NoiseSchedule;
import java.util.function.DoubleUnaryOperator;

/**
 * {@code ᾱ_i = f(i/T)/f(0)} with f the squared cosine (Nichol and Dhariwal, arXiv 2102.09672), with
 * which TESS 2 is trained and sampled. ᾱ_0 is exactly 1.
 */
@AutoService(NoiseSchedule.class)
public final class SquaredCosImprovedDdpmSchedule implements NoiseSchedule {
  @Override
  public String name() {
    return "squaredcos_improved_ddpm";
  }

  @Override
  public double[] alphasCumprod(int steps) {
    double[] alphasCumprod = new double[steps];
    double start = CosineSignal.at(0);
    for (int i = 0; i < steps; i++) {
      alphasCumprod[i] = CosineSignal.at((double) i / steps) / start;
    }
    return alphasCumprod;
  }

  /** The same function at any time, including t = 1, where it is almost zero. */
  @Override
  public DoubleUnaryOperator alphaBar(int steps) {
    double start = CosineSignal.at(0);
    return t -> Math.max(CosineSignal.at(t) / start, Double.MIN_VALUE);
  }
}
