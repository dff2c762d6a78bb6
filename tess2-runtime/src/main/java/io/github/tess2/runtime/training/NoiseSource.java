package io.github.tess2.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.runtime.generation.RandomSeeds;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.RandomKind;
import java.util.stream.LongStream;

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
  NDArray draw(NDManager owner, TrainingBatch batch, int width);

  /** From the batch's own seed and each row's place in the batch. */
  static NoiseSource seeded(Graph graph) {
    return (owner, batch, width) -> {
      try (NDManager scope = owner.newSubManager()) {
        int rows = batch.noisy().length;
        LongStream keys = RandomSeeds.rows(batch.noiseSeed(), RandomSeeds.NOISE, 0, 0, rows);
        return graph.random(owner, RandomKind.NORMALS, scope.zeros(new Shape(1)), width, keys);
      }
    };
  }
}
