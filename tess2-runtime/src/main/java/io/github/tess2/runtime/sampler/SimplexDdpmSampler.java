package io.github.tess2.runtime.sampler;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.SamplerInput;
import io.github.tess2.spi.SamplerStep;

/**
 * {@code simplex-ddpm}, the released model's sampler (SSD-LM, arXiv 2210.17432): projects the
 * logits to a drawn token, then adds noise at the level of t−1.
 */
@AutoService(Sampler.class)
public final class SimplexDdpmSampler implements Sampler {
  @Override
  public String name() {
    return "simplex-ddpm";
  }

  @Override
  public SamplerStep step(SamplerInput input) {
    return new SamplerStep.Tokens(input.drawTokens());
  }
}
