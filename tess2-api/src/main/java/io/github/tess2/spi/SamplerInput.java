package io.github.tess2.spi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * The input of a {@link Sampler} at one step: C rows (generated positions, all with the same
 * settings) of a V-wide simplex. Every tensor belongs to {@link #manager()}, which the runtime
 * closes after the step.
 */
public interface SamplerInput {
  /** {@return the manager of this step's tensors; create new ones in it} */
  NDManager manager();

  /** {@return the timestep t of the state, from T−1 at the first step down to 1} */
  int timestep();

  /** {@return the number of steps, T} */
  int total();

  /** {@return ᾱ_t, in (0, 1]} */
  double alphaBar();

  /** {@return ᾱ_{t−1}, in (0, 1]} */
  double alphaBarPrevious();

  /** {@return the simplex value k, greater than 0} */
  double simplexValue();

  /** {@return the temperature, at least 1e-6} */
  double temperature();

  /**
   * {@return the model's logits after guidance, {@code [C,V]}, float32} Do not change them in
   * place.
   */
  NDArray logits();

  /** {@return the noisy simplex x_t that the logits were computed from, {@code [C,V]}, float32} */
  NDArray noisySimplex();

  /**
   * Draws one token for each row from {@link #logits()}: from the nucleus of softmax(logits /
   * temperature), or the argmax if the request is greedy. The draw is seeded by request, step and
   * position; a second call in the same step returns the same tokens.
   *
   * @return token ids, {@code [C]}, int64
   */
  NDArray drawTokens();
}
