package io.github.tess2.spi;

import com.google.common.primitives.ImmutableIntArray;

/**
 * A {@link Sampler} for masked diffusion models. At each step it selects the masked positions whose
 * predicted tokens become final.
 *
 * <p>It sees only numbers, never the model, the tokenizer or a global random state, and uses only
 * the step's random numbers. Stateless and thread-safe.
 */
public interface MaskedSampler extends Sampler {
  /**
   * An additional measure that a sampler uses, besides the probabilities of the predicted tokens.
   */
  enum Measure {
    /** No additional measure. */
    NONE,
    /** The difference between the two highest probabilities. */
    MARGIN,
    /** The negative entropy. */
    NEGATIVE_ENTROPY
  }

  /** {@return the measure that {@link MaskedStep#measure(int)} returns} */
  default Measure measure() {
    return Measure.NONE;
  }

  /** {@return the number of likeliest tokens that tokens are drawn from; 0 for all} */
  default int topK() {
    return 0;
  }

  /**
   * Checks that this sampler suits a request, before anything is computed.
   *
   * @param rows number of generated positions, G
   * @param total number of steps, T
   * @throws IllegalArgumentException if it does not suit the request
   */
  default void check(int rows, int total) {}

  /**
   * {@return whether a step may make any token final; otherwise the step does not run the model}
   *
   * @param step the step, from 1 to {@code total}
   * @param total number of steps, T
   * @param rows number of generated positions, G
   * @param open the number of masked rows, at least 1
   */
  default boolean commits(int step, int total, int rows, int open) {
    return true;
  }

  /**
   * Selects the rows whose tokens become final. At the last step all masked rows get their tokens,
   * whatever this returns.
   *
   * @param step the step's predictions; valid only during this call
   * @return some of {@link MaskedStep#open()}, each once, in any order
   */
  ImmutableIntArray commit(MaskedStep step);

  /**
   * Not supported: {@link #commit} takes its place.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  default SamplerStep step(SamplerInput input) {
    throw new UnsupportedOperationException("this sampler is for masked diffusion models");
  }
}
