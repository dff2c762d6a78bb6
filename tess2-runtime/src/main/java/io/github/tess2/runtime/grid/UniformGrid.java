package io.github.tess2.runtime.grid;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.StepGrid;
import io.github.tess2.spi.StepGridProvider;

/** {@code uniform}, the grid of the released model: (T−1)/T, … , 1/T, 0. */
@AutoService(StepGridProvider.class)
public final class UniformGrid implements StepGridProvider {
  @Override
  public String name() {
    return "uniform";
  }

  @Override
  public StepGrid create(OptionValues options) {
    return request -> {
      int steps = request.steps();
      double[] times = new double[steps];
      for (int i = 0; i < steps; i++) {
        times[i] = (double) (steps - 1 - i) / steps;
      }
      return times;
    };
  }
}
