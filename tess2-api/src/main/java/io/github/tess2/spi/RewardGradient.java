package io.github.tess2.spi;

import ai.djl.ndarray.NDArray;

/** A reward's value at a {@link GuidedStep} and its gradient, valid as long as the step. */
public interface RewardGradient {
  /** {@return the reward r, finite} */
  double score();

  /**
   * {@return ∂r/∂logits at a chunk of rows, {@code [to−from, V]}, float32, in the manager of {@code
   * logits}} It is computed on demand: {@code p ⊙ (q − ⟨p, q⟩) / τ} with q = ∂r/∂p.
   *
   * @param logits the rows at which the reward was differentiated, {@code [to−from, V]}, float32;
   *     not changed
   * @param from first row, counting generated positions from 0
   * @param to row after the last one
   * @throws IndexOutOfBoundsException if the range is empty or not within the step
   * @throws IllegalArgumentException if the logits have the wrong shape or type
   */
  NDArray of(NDArray logits, int from, int to);
}
