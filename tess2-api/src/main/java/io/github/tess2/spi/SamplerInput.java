package io.github.tess2.spi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * What a {@link Sampler} sees of one step: C rows (generated positions, all of one request's
 * settings) of a V-wide simplex. Every tensor belongs to {@link #manager()}, which the runtime
 * closes after the step.
 */
public interface SamplerInput {
  /** {@return the owner of this step's tensors; make new ones in it} */
  NDManager manager();

  /** {@return t, from T−1 down to 1} */
  int step();

  /** {@return T} */
  int total();

  /** {@return ᾱ_t, in (0, 1]} */
  double alphaBar();

  /** {@return ᾱ_{t−1}, in (0, 1]} */
  double alphaBarPrevious();

  /** {@return k, the simplex value, greater than 0} */
  double simplexValue();

  /** {@return the temperature, at least 1e-6} */
  double temperature();

  /** {@return the model's logits after guidance, {@code [C,V]}, float32} Do not change in place. */
  NDArray logits();

  /** {@return the noisy simplex x_t the logits were computed from, {@code [C,V]}, float32} */
  NDArray noisySimplex();

  /**
   * Draws one token for each row from {@link #logits()}: from the nucleus of softmax(logits /
   * temperature), or the argmax where the request is greedy. Seeded by request, step and position;
   * a second call in one step returns the same draw.
   *
   * @return token ids, {@code [C]}, int64
   */
  NDArray drawTokens();
}
