package io.github.tess2.guidance;

import io.github.tess2.contract.RewardContractTest;
import io.github.tess2.spi.RewardProvider;
import java.util.Map;

class AnswerLengthContractTest extends RewardContractTest {
  @Override
  protected RewardProvider provider() {
    return new AnswerLength.Provider();
  }

  @Override
  protected Map<String, ?> options() {
    return Map.of("min", 3, "max", 9);
  }
}
