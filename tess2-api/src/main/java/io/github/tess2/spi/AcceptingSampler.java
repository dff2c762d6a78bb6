package io.github.tess2.spi;

import com.google.common.primitives.ImmutableIntArray;

/**
 * A {@link Sampler} of models that diffuse on the simplex which weighs the rows of a request
 * against each other: at each step it accepts some of them. An accepted row goes on as under {@code
 * simplex-ddpm}, from a token that is drawn; every other one begins anew, {@code x_{t−1} = k·ε}.
 * What was accepted at one step need not be at the next.
 *
 * <p>It sees numbers, never the model, the tokenizer or a random state. Stateless and thread-safe.
 * The predictions are read before each step, for which a GPU waits.
 */
public interface AcceptingSampler extends Sampler {
  /**
   * Chooses. Not called for the last step, whose answer is the argmax of the logits.
   *
   * @param step what is predicted; valid during this call only
   * @return the rows that are accepted, each once, in any order
   */
  ImmutableIntArray accept(AcceptingStep step);

  /**
   * Not for a sampler that sees a request as a whole.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  default SamplerStep step(SamplerInput input) {
    throw new UnsupportedOperationException("this sampler accepts rows of a whole request");
  }
}
