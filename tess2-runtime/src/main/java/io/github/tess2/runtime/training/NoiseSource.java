package io.github.tess2.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.Scalars;

/** Where the standard normal noise of a batch's noisy rows comes from. */
@FunctionalInterface
interface NoiseSource {
  /**
   * Draws the noise of a batch; the same again when asked again.
   *
   * @param owner of the result, on the device to compute on
   * @param batch whose noisy rows N want it
   * @param width V
   * @return {@code [N,V]}, float32
   */
  NDArray draw(NDManager owner, Batch batch, int width);

  /** From a generator seeded with the batch's own seed. */
  static NoiseSource seeded(Graph graph) {
    return (owner, batch, width) -> {
      try (NDManager scope = owner.newSubManager()) {
        NDArray like = scope.zeros(new ai.djl.ndarray.types.Shape(1));
        return graph.call1(
            owner,
            "noise",
            like,
            Scalars.ints(scope, width, batch.noiseSeed(), batch.noisy().length));
      }
    };
  }
}
