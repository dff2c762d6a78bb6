package io.github.tess2.runtime.sampler;

import ai.djl.ndarray.NDManager;
import io.github.tess2.contract.SamplerContractTest;
import io.github.tess2.runtime.engine.EngineStart;
import io.github.tess2.spi.Sampler;

class SimplexDdimSamplerTest extends SamplerContractTest {
  @Override
  protected Sampler sampler() {
    return new SimplexDdimSampler();
  }

  @Override
  protected NDManager newManager() {
    return EngineStart.engine().newBaseManager();
  }
}
