package io.github.tess2.runtime.cache;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.PromptCache;
import io.github.tess2.spi.PromptCacheProvider;

/** {@code none}: computes the whole sequence at every pass. */
@AutoService(PromptCacheProvider.class)
public final class NoCache implements PromptCacheProvider {
  @Override
  public String name() {
    return "none";
  }

  @Override
  public PromptCache create(OptionValues options) {
    return PromptCache.NONE;
  }
}
