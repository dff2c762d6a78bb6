package io.github.tess2.runtime.sampler;

import io.github.tess2.contract.MaskedSamplerContractTest;
import io.github.tess2.spi.MaskedSampler;

/** The same sampler for masked diffusion models. */
class EntropyBoundSamplerMaskedTest extends MaskedSamplerContractTest {
  @Override
  protected MaskedSampler sampler() {
    return new EntropyBoundSampler();
  }
}
