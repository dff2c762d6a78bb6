package com.example.tess2plugin;

import io.github.tess2.contract.SamplerContractTest;
import io.github.tess2.spi.Sampler;

class SureFirstSamplerContractTest extends SamplerContractTest {
  @Override
  protected Sampler sampler() {
    return new SureFirstSampler();
  }
}
