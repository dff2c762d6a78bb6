package io.github.tess2.spi;

/**
 * One step of the reverse process: from the model's logits at step t to the state at t−1.
 *
 * <p>A sampler sees tensors and numbers, never the model, the tokenizer or a global random state.
 * It must treat each row (generated position) by itself and use no randomness but the input's,
 * since the runtime cuts a canvas into chunks of rows. One that weighs rows against each other is
 * an {@link AcceptingSampler}. Stateless and thread-safe.
 *
 * <p>A sampler that takes no options is its own provider. One that does declares them and makes
 * another of its kind out of their values. Rows of several requests are sampled in one go where
 * their samplers are equal, so one with options should say when two of them are: a record does.
 */
public interface Sampler extends Provider<Sampler> {
  /**
   * Computes the state at t−1. Not called for the last step (t = 0), whose answer is the argmax of
   * the logits.
   *
   * @param input logits, noise and the schedule's values at this step; valid during this call only
   * @return the new state; tensors in it belong to {@link SamplerInput#manager()}
   */
  SamplerStep step(SamplerInput input);

  @Override
  default Sampler create(OptionValues options) {
    return this;
  }
}
