package io.github.tess2.guidance;

import io.github.tess2.contract.RewardContractTest;
import io.github.tess2.spi.RewardProvider;
import java.util.Map;

class PatternAtContractTest extends RewardContractTest {
  @Override
  protected RewardProvider provider() {
    return new PatternAt.Provider();
  }

  @Override
  protected Map<String, ?> options() {
    return Map.of("at", 1, "pattern", "[0-9] \\+ [a-z]");
  }
}
