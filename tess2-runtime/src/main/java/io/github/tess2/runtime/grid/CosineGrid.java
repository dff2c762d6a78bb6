package io.github.tess2.runtime.grid;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.StepGrid;
import io.github.tess2.spi.StepGridProvider;

/**
 * {@code cosine}, the spacing of MaskGIT (arXiv 2202.04200): {@code t = cos(π/2 · i/T)} for i = 1 …
 * T, the last one 0. Steps are short at first, while little is known, and long at the end.
 */
@AutoService(StepGridProvider.class)
public final class CosineGrid implements StepGridProvider {
  @Override
  public String name() {
    return "cosine";
  }

  @Override
  public StepGrid create(OptionValues options) {
    return request -> {
      int steps = request.steps();
      double[] times = new double[steps];
      for (int i = 1; i < steps; i++) {
        times[i - 1] = Math.cos(Math.PI / 2 * i / steps);
      }
      return times;
    };
  }
}
