package io.github.tess2.spi;

import com.google.common.primitives.ImmutableIntArray;

/**
 * A {@link Sampler} of models that diffuse by masking: at each step it chooses which of the
 * positions that are still open get the token that is predicted there, for good.
 *
 * <p>It sees numbers, never the model, the tokenizer or a global random state, and uses no
 * randomness but the step's. Stateless and thread-safe.
 */
public interface MaskedSampler extends Sampler {
  /** What a sampler goes by beside the probabilities of the predicted tokens. */
  enum Measure {
    /** Nothing more. */
    NONE,
    /** The distance of the two greatest probabilities. */
    MARGIN,
    /** The negative entropy. */
    NEGATIVE_ENTROPY
  }

  /** {@return what {@link MaskedStep#measure(int)} shall be} */
  default Measure measure() {
    return Measure.NONE;
  }

  /** {@return how many of the likeliest tokens a token is drawn from; 0 for all} */
  default int topK() {
    return 0;
  }

  /**
   * Checks that this fits a request, before anything is computed.
   *
   * @param rows G
   * @param total T
   * @throws IllegalArgumentException if not
   */
  default void check(int rows, int total) {}

  /**
   * {@return whether anything may be chosen at a step; where not, it costs no pass of the model}
   *
   * @param step from 1 to {@code total}
   * @param total T
   * @param rows G
   * @param open how many rows are open, at least 1
   */
  default boolean commits(int step, int total, int rows, int open) {
    return true;
  }

  /**
   * Chooses. At the last step all that is open gets its token, whatever this says.
   *
   * @param step what is predicted; valid during this call only
   * @return some of {@link MaskedStep#open()}, each once, in any order
   */
  ImmutableIntArray commit(MaskedStep step);

  /**
   * Not for models that diffuse by masking.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  default SamplerStep step(SamplerInput input) {
    throw new UnsupportedOperationException("this samples models that diffuse by masking");
  }
}
