package io.github.tess2.runtime.sampler;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.MaskedSampler;
import io.github.tess2.spi.MaskedStep;
import io.github.tess2.spi.Option;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Dream's remasking strategies (arXiv 2508.15487), which differ in their measure of confidence.
 * Each step keeps the most confident tokens, as many as its schedule says.
 */
interface DreamRemasking extends MaskedSampler {
  /** As in {@link DreamOptions}. */
  double algTemp();

  /** As in {@link DreamOptions}. */
  double eps();

  /** The confidence of each row's predicted token. */
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
