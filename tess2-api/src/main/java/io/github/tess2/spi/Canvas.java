package io.github.tess2.spi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * The logits of one request's G generated positions at one step, computed by chunks of rows on
 * demand, so that no {@code [G,V]} tensor need exist.
 */
public interface Canvas {
  /** A change to the logits, applied to any chunk of rows whenever the runtime computes it. */
  @FunctionalInterface
  interface Adjustment {
    /**
     * Changes a chunk of logits.
     *
     * @param logits with the earlier adjustments, {@code [to−from, V]}, float32; may be changed in
     *     place
     * @param from first row, counting generated positions from 0
     * @param to behind the last row
     * @return the changed logits, in the manager of {@code logits}
     */
    NDArray apply(NDArray logits, int from, int to);
  }

  /** {@return which step this is, 1 to {@link #total()}} */
  int step();

  /** {@return T} */
  int total();

  /** {@return G, how many rows there are} */
  int rows();

  /** {@return how many rows to ask for at once to keep memory bounded} */
  int chunkRows();

  /** {@return the owner of this step's tensors, closed after the step} */
  NDManager manager();

  /**
   * Computes logits with the adjustments made so far. The caller closes the result (or leaves it to
   * {@link #manager()}).
   *
   * @param from first row, any
   * @param to behind the last row
   * @return {@code [to−from, V]}, float32
   * @throws IndexOutOfBoundsException if these are not rows of this canvas, or none
   */
  NDArray logits(int from, int to);

  /**
   * Puts a change on the logits, on top of the earlier ones; it stays for this step.
   *
   * @param adjustment the change; what it captures must live in {@link #manager()}
   */
  void adjust(Adjustment adjustment);

  /**
   * Evaluates and differentiates a reward at the logits with the adjustments made so far.
   *
   * @param reward what to evaluate
   * @param relaxation how logits become what the reward sees; Gumbel noise is drawn afresh by each
   *     call
   * @return value and gradient
   * @throws RuntimeException whatever the reward throws
   * @throws IllegalArgumentException if the score has the wrong type or shape, is not finite, or no
   *     gradient leads through it
   */
  RewardGradient differentiate(Reward reward, Relaxation relaxation);

  /**
   * Scores the likeliest token at each position, which at the last step is the answer.
   *
   * @param reward what to evaluate
   * @return r, finite
   * @throws RuntimeException whatever the reward throws
   * @throws IllegalArgumentException if the score has the wrong type or shape, or is not finite
   */
  double score(Reward reward);

  /**
   * Copies this canvas: the same predictions with the adjustments made so far, on which further
   * ones do not touch this one. Costs no tensor.
   *
   * @return the copy, valid as long as this
   */
  Canvas fork();

  /** {@return all adjustments as one: of a {@linkplain #fork() fork} those since it was made} */
  Adjustment adjustments();
}
