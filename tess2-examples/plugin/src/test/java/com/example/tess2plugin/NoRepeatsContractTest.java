package com.example.tess2plugin;

import io.github.tess2.contract.RewardContractTest;
import io.github.tess2.spi.RewardProvider;
import java.util.Map;

class NoRepeatsContractTest extends RewardContractTest {
  @Override
  protected RewardProvider provider() {
    return new NoRepeats.Provider();
  }

  @Override
  protected Map<String, ?> options() {
    return Map.of("distance", 2);
  }
}
