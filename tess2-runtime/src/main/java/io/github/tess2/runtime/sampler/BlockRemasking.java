package io.github.tess2.runtime.sampler;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.MaskedSampler;
import io.github.tess2.spi.MaskedStep;
import io.github.tess2.spi.Option;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * LLaDA's remaskings (arXiv 2502.09992), which differ in their confidence: each step keeps the
 * surest tokens of its block, as many as its share of the block is.
 */
interface BlockRemasking extends MaskedSampler {
  /** Positions of a block, from left to right; 0 for one block. */
  int blockLength();

  /** How sure the predicted token of each row is. */
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
