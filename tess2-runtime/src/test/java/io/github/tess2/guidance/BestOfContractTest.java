package io.github.tess2.guidance;

import io.github.tess2.contract.GuidanceContractTest;
import io.github.tess2.spi.GuidanceProvider;
import java.util.Map;

class BestOfContractTest extends GuidanceContractTest {
  @Override
  protected GuidanceProvider provider() {
    return new BestOf.Provider();
  }

  @Override
  protected Map<String, ?> options() {
    return Map.of("n", 3, "reward", "answer-length(max=9)");
  }
}
