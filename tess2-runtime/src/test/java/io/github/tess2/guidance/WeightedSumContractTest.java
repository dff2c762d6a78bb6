package io.github.tess2.guidance;

import io.github.tess2.contract.GuidanceContractTest;
import io.github.tess2.spi.GuidanceProvider;
import java.util.Map;

class WeightedSumContractTest extends GuidanceContractTest {
  @Override
  protected GuidanceProvider provider() {
    return new WeightedSum.Provider();
  }

  @Override
  protected Map<String, ?> options() {
    return Map.of(
        "parts",
        "classifier-free|reward-function(reward=wanted-words(words=cat),gumbel=true,hard=true)",
        "weights",
        "0.5|2");
  }
}
