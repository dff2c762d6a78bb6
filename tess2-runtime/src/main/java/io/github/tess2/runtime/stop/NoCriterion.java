package io.github.tess2.runtime.stop;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.StoppingCriterion;
import io.github.tess2.spi.StoppingCriterionProvider;

/** {@code none}: runs every step. */
@AutoService(StoppingCriterionProvider.class)
public final class NoCriterion implements StoppingCriterionProvider {
  @Override
  public String name() {
    return "none";
  }

  @Override
  public StoppingCriterion create(OptionValues options) {
    return StoppingCriterion.NONE;
  }
}
