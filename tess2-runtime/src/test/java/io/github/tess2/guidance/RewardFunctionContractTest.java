package io.github.tess2.guidance;

import io.github.tess2.contract.GuidanceContractTest;
import io.github.tess2.spi.GuidanceProvider;
import java.util.Map;

class RewardFunctionContractTest extends GuidanceContractTest {
  @Override
  protected GuidanceProvider provider() {
    return new RewardFunctionGuidanceProvider();
  }

  @Override
  protected Map<String, ?> options() {
    return Map.of("reward", "wanted-words(words=cat|dog)", "scale", 4, "iterations", 2);
  }
}
