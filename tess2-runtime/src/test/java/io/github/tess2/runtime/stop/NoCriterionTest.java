package io.github.tess2.runtime.stop;

import io.github.tess2.contract.StoppingCriterionContractTest;
import io.github.tess2.spi.StoppingCriterionProvider;

class NoCriterionTest extends StoppingCriterionContractTest {
  @Override
  protected StoppingCriterionProvider provider() {
    return new NoCriterion();
  }
}
