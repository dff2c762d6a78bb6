package io.github.tess2.runtime.sampler;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.MaskedSampler;
import io.github.tess2.spi.MaskedStep;
import io.github.tess2.spi.Option;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Dream's remaskings (arXiv 2508.15487), which differ in their confidence: each step keeps the
 * surest tokens, as many as its schedule says.
 */
interface DreamRemasking extends MaskedSampler {
  /** As in {@link DreamOptions}. */
  double algTemp();

  /** As in {@link DreamOptions}. */
  double eps();

  /** How sure the predicted token of each row is. */
  default IntToDoubleFunction confidence(MaskedStep step) {
    return step::measure;
  }

  private DreamOptions settings() {
    return new DreamOptions(topK(), algTemp(), eps());
  }

  @Override
  default List<Option<?>> options() {
    return DreamOptions.ALL;
  }

  @Override
  default boolean commits(int step, int total, int rows, int open) {
    return settings().commits(step, total, open);
  }

  @Override
  default ImmutableIntArray commit(MaskedStep step) {
    return settings().commit(step, confidence(step));
  }
}
