package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * The source of noise and draws. A row's numbers depend only on its request's seed, the step and
 * its place in the canvas, not on the batch, the chunking or other threads.
 */
interface RandomSource {
  /**
   * Some rows of one request's canvas.
   *
   * @param seed the seed of the request
   * @param from the first row
   * @param to the end of the rows, exclusive
   */
  record Rows(long seed, int from, int to) {}

  /** ε of x_t for these rows in order, {@code [C,width]}, float32. */
  NDArray noise(NDManager manager, List<Rows> rows, int step, int width);

  /** Uniform numbers in (0,1) for the draws at step t, {@code [C,tries]}, float32. */
  NDArray uniforms(NDManager manager, List<Rows> rows, int step);

  /**
   * Gumbel noise for the draw-th relaxation at step t, {@code [C,width]}, float32. The argmax of
   * logits plus this noise is a draw from them.
   */
  NDArray gumbel(NDManager manager, List<Rows> rows, int step, int draw, int width);
}
