package io.github.tess2.runtime.grid;

import io.github.tess2.contract.StepGridContractTest;
import io.github.tess2.spi.StepGridProvider;

class InformationGridTest extends StepGridContractTest {
  @Override
  protected StepGridProvider provider() {
    return new InformationGrid();
  }
}
