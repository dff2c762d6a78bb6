package io.github.tess2.runtime.cache;

import io.github.tess2.contract.PromptCacheContractTest;
import io.github.tess2.spi.PromptCacheProvider;

class NoCacheTest extends PromptCacheContractTest {
  @Override
  protected PromptCacheProvider provider() {
    return new NoCache();
  }
}
