package io.github.tess2.guidance;

import io.github.tess2.contract.GuidanceContractTest;
import io.github.tess2.spi.GuidanceProvider;
import java.util.Map;

class ClassifierFreeContractTest extends GuidanceContractTest {
  @Override
  protected GuidanceProvider provider() {
    return new ClassifierFree.Provider();
  }

  @Override
  protected Map<String, ?> options() {
    return Map.of("scale", "ramp(first=0,last=3)", "on", "probabilities");
  }
}
