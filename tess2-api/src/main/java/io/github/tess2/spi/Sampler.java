package io.github.tess2.spi;

/**
 * One step of the reverse process: from the model's logits at step t to the state at t−1.
 *
 * <p>A sampler sees only tensors and numbers, never the model, the tokenizer or a global random
 * state. It must treat each row (generated position) independently and use only the input's random
 * numbers, because the runtime splits a canvas into chunks of rows. To compare rows with each
 * other, implement {@link AcceptingSampler}. Stateless and thread-safe.
 *
 * <p>A sampler without options is its own provider. A sampler with options declares them and
 * overrides {@link #create} to return an instance with their values. Rows of several requests are
 * sampled together if their samplers are equal, so a sampler with options should implement {@code
 * equals}, for example as a record.
 */
public interface Sampler extends Provider<Sampler> {
  /**
   * Computes the state at t−1. Not called for the last step (t = 0), whose answer is the argmax of
   * the logits.
   *
   * @param input logits, noise and the schedule's values at this step; valid only during this call
   * @return the new state; its tensors belong to {@link SamplerInput#manager()}
   */
  SamplerStep step(SamplerInput input);

  @Override
  default Sampler create(OptionValues options) {
    return this;
  }
}
