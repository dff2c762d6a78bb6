package io.github.tess2.runtime.sampler;

import com.google.auto.service.AutoService;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.MaskedSampler;
import io.github.tess2.spi.MaskedStep;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Sampler;
import java.util.List;

/**
 * {@code random-remasking}, LLaDA's other way (arXiv 2502.09992): each step keeps tokens at
 * positions chosen at random, as many as its share of the block is, and masks the others again.
 *
 * @param blockLength positions of a block, from left to right; 0 for one block
 */
@AutoService(Sampler.class)
public record RandomRemaskingSampler(int blockLength) implements MaskedSampler {
  /** With one block. */
  public RandomRemaskingSampler() {
    this(0);
  }

  @Override
  public String name() {
    return "random-remasking";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(LowConfidenceSampler.BLOCK_LENGTH);
  }

  @Override
  public Sampler create(OptionValues options) {
    return new RandomRemaskingSampler(options.get(LowConfidenceSampler.BLOCK_LENGTH));
  }

  @Override
  public void check(int rows, int total) {
    Blocks.of(rows, total, blockLength).requireSteps();
  }

  @Override
  public boolean commits(int step, int total, int rows, int open) {
    return Blocks.of(rows, total, blockLength).at(step).count() > 0;
  }

  @Override
  public ImmutableIntArray commit(MaskedStep step) {
    Blocks.Share share = Blocks.of(step.rows(), step.total(), blockLength).at(step.step());
    return Surest.of(step.open(), share.end(), share.count(), step::uniform);
  }
}
