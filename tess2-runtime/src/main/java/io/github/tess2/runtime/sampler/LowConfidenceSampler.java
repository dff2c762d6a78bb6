package io.github.tess2.runtime.sampler;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.MaskedStep;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Sampler;
import java.util.function.IntToDoubleFunction;

/**
 * {@code low-confidence}, LLaDA's remasking (arXiv 2502.09992): each step keeps the tokens with the
 * greatest probabilities under the unmodified logits, as many as its share of the block, and masks
 * the others again.
 *
 * @param blockLength positions per block, decided from left to right; 0 for a single block
 */
@AutoService(Sampler.class)
public record LowConfidenceSampler(int blockLength) implements BlockRemasking {
  /** Uses a single block. */
  public LowConfidenceSampler() {
    this(0);
  }

  @Override
  public String name() {
    return "low-confidence";
  }

  @Override
  public Sampler create(OptionValues options) {
    return new LowConfidenceSampler(options.get(Blocks.LENGTH));
  }

  @Override
  public IntToDoubleFunction confidence(MaskedStep step) {
    return step::probability;
  }
}
