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
 * {@code low-confidence}, LLaDA's remasking (arXiv 2502.09992): each step keeps the tokens whose
 * probabilities are greatest, by the logits as they are, as many as its share of the block is, and
 * masks the others again.
 *
 * @param blockLength positions of a block, from left to right; 0 for one block
 */
@AutoService(Sampler.class)
public record LowConfidenceSampler(int blockLength) implements MaskedSampler {
  static final Option<Integer> BLOCK_LENGTH =
      Option.integer(
              "block-length",
              0,
              Integer.MAX_VALUE,
              "positions that are decided before those to the right of them; 0 for all at once")
          .or(0);

  /** With one block. */
  public LowConfidenceSampler() {
    this(0);
  }

  @Override
  public String name() {
    return "low-confidence";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(BLOCK_LENGTH);
  }

  @Override
  public Sampler create(OptionValues options) {
    return new LowConfidenceSampler(options.get(BLOCK_LENGTH));
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
    return Surest.of(step.open(), share.end(), share.count(), step::probability);
  }
}
