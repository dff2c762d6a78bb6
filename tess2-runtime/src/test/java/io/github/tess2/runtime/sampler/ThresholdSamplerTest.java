package io.github.tess2.runtime.sampler;

import io.github.tess2.contract.MaskedSamplerContractTest;
import io.github.tess2.spi.MaskedSampler;

class ThresholdSamplerTest extends MaskedSamplerContractTest {
  @Override
  protected MaskedSampler sampler() {
    return new ThresholdSampler();
  }
}
