package io.github.tess2.spi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * One step of one request, as a guidance sees it: the logits of its G generated positions, computed
 * on demand in chunks of rows, so that no {@code [G,V]} tensor is needed.
 */
public interface GuidedStep {
  /** A change to the logits. The runtime applies it to each chunk of rows that it computes. */
  @FunctionalInterface
  interface Adjustment {
    /**
     * Changes a chunk of logits.
     *
     * @param logits including earlier adjustments, {@code [to−from, V]}, float32; may be changed in
     *     place
     * @param from first row, counting generated positions from 0
     * @param to row after the last one
     * @return the changed logits, in the manager of {@code logits}
     */
    NDArray apply(NDArray logits, int from, int to);
  }

  /** {@return the number of this step, from 1 to {@link #total()}} */
  int step();

  /** {@return the number of steps, T} */
  int total();

  /** {@return the number of rows, G} */
  int rows();

  /** {@return the number of rows to request at a time to keep memory bounded} */
  int chunkRows();

  /** {@return the manager of this step's tensors, closed after the step} */
  NDManager manager();

  /**
   * Computes logits with the adjustments made so far. The caller closes the result (or leaves it to
   * {@link #manager()}).
   *
   * @param from first row
   * @param to row after the last one
   * @return {@code [to−from, V]}, float32
   * @throws IndexOutOfBoundsException if the range is empty or not within this step
   */
  NDArray logits(int from, int to);

  /**
   * Adds a change to the logits, after the earlier ones. It applies to this step.
   *
   * @param adjustment the change; tensors that it captures must belong to {@link #manager()}
   */
  void adjust(Adjustment adjustment);

  /**
   * Evaluates and differentiates a reward on the logits with the adjustments made so far.
   *
   * @param reward what to evaluate
   * @param relaxation how logits become the reward's input; each call draws new Gumbel noise
   * @return value and gradient
   * @throws RuntimeException if the reward throws one
   * @throws IllegalArgumentException if the score has the wrong type or shape, is not finite, or
   *     has no gradient
   */
  RewardGradient differentiate(Reward reward, Relaxation relaxation);

  /**
   * Scores the likeliest token at each position. At the last step these tokens are the answer.
   *
   * @param reward what to evaluate
   * @return the score r, finite
   * @throws RuntimeException if the reward throws one
   * @throws IllegalArgumentException if the score has the wrong type or shape, or is not finite
   */
  double score(Reward reward);

  /**
   * Copies this step, with the adjustments made so far. Further adjustments to the copy do not
   * affect this step. Allocates no tensors.
   *
   * @return the copy, valid as long as this step
   */
  GuidedStep fork();

  /**
   * {@return all adjustments combined into one; for a {@linkplain #fork() fork}, those added since
   * it was created}
   */
  Adjustment adjustments();
}
