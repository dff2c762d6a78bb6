package io.github.tess2.runtime.stop;

import io.github.tess2.contract.StoppingCriterionContractTest;
import io.github.tess2.spi.StoppingCriterionProvider;

class SettledCriterionTest extends StoppingCriterionContractTest {
  @Override
  protected StoppingCriterionProvider provider() {
    return new SettledCriterion();
  }
}
