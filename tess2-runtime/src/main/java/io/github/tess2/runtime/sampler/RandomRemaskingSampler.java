package io.github.tess2.runtime.sampler;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.MaskedStep;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Sampler;
import java.util.function.IntToDoubleFunction;

/**
 * {@code random-remasking}, LLaDA's other remasking strategy (arXiv 2502.09992): each step keeps
 * tokens at positions chosen at random, as many as its share of the block, and masks the others
 * again.
 *
 * @param blockLength positions per block, decided from left to right; 0 for a single block
 */
@AutoService(Sampler.class)
public record RandomRemaskingSampler(int blockLength) implements BlockRemasking {
  /** Uses a single block. */
  public RandomRemaskingSampler() {
    this(0);
  }

  @Override
  public String name() {
    return "random-remasking";
  }

  @Override
  public Sampler create(OptionValues options) {
    return new RandomRemaskingSampler(options.get(Blocks.LENGTH));
  }

  @Override
  public IntToDoubleFunction confidence(MaskedStep step) {
    return step::uniform;
  }
}
