package io.github.tess2.runtime.sampler;

import ai.djl.ndarray.NDManager;
import io.github.tess2.contract.SamplerContractTest;
import io.github.tess2.runtime.engine.EngineStart;
import io.github.tess2.spi.Sampler;

class SimplexDdpmSamplerTest extends SamplerContractTest {
  @Override
  protected Sampler sampler() {
    return new SimplexDdpmSampler();
  }

  @Override
  protected NDManager newManager() {
    return EngineStart.engine().newBaseManager();
  }
}
