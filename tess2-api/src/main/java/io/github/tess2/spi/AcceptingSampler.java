package io.github.tess2.spi;

import com.google.common.primitives.ImmutableIntArray;

/**
 * A {@link Sampler} for simplex diffusion models that compares the rows of a request: at each step
 * it accepts some of them. An accepted row continues as with {@code simplex-ddpm}, from a drawn
 * token; every other row restarts from noise, {@code x_{t−1} = k·ε}. A row that is accepted at one
 * step may be rejected at the next.
 *
 * <p>It sees only numbers, never the model, the tokenizer or a random state. Stateless and
 * thread-safe. The predictions are read at each step, which requires waiting for the GPU.
 */
public interface AcceptingSampler extends Sampler {
  /**
   * Selects the rows to accept. Not called for the last step, whose answer is the argmax of the
   * logits.
   *
   * @param step the step's predictions; valid only during this call
   * @return the accepted rows, each once, in any order
   */
  ImmutableIntArray accept(AcceptingStep step);

  /**
   * Not supported, because this kind of sampler sees all rows of a request at once.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  default SamplerStep step(SamplerInput input) {
    throw new UnsupportedOperationException("this sampler accepts rows of a whole request");
  }
}
