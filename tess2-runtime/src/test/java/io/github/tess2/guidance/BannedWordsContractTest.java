package io.github.tess2.guidance;

import io.github.tess2.contract.RewardContractTest;
import io.github.tess2.spi.RewardProvider;
import java.util.Map;

class BannedWordsContractTest extends RewardContractTest {
  @Override
  protected RewardProvider provider() {
    return new BannedWords.Provider();
  }

  @Override
  protected Map<String, ?> options() {
    return Map.of("words", "cat|dog");
  }
}
