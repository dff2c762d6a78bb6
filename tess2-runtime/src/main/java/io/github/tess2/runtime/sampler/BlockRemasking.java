package io.github.tess2.runtime.sampler;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.MaskedSampler;
import io.github.tess2.spi.MaskedStep;
import io.github.tess2.spi.Option;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * LLaDA's remasking strategies (arXiv 2502.09992), which differ in their measure of confidence.
 * Each step keeps the most confident tokens of its block, as many as its share of the block.
 */
interface BlockRemasking extends MaskedSampler {
  /** Positions per block. Blocks are decided from left to right. 0 for a single block. */
  int blockLength();

  /** The confidence of each row's predicted token. */
  IntToDoubleFunction confidence(MaskedStep step);

  @Override
  default List<Option<?>> options() {
    return List.of(Blocks.LENGTH);
  }

  @Override
  default void check(int rows, int total) {
    Blocks.of(rows, total, blockLength()).requireSteps();
  }

  @Override
  default boolean commits(int step, int total, int rows, int open) {
    return Blocks.of(rows, total, blockLength()).at(step).count() > 0;
  }

  @Override
  default ImmutableIntArray commit(MaskedStep step) {
    Blocks.Share share = Blocks.of(step.rows(), step.total(), blockLength()).at(step.step());
    return Surest.of(step.open(), share.end(), share.count(), confidence(step));
  }
}
