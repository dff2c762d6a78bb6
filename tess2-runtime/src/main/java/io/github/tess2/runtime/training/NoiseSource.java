package io.github.tess2.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.runtime.generation.RandomSeeds;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.RandomKind;
import java.util.stream.LongStream;

/** The source of the standard normal noise of a batch's noisy rows. */
@FunctionalInterface
interface NoiseSource {
  /**
   * Draws the noise of a batch; the same every time.
   *
   * @param owner the owner of the result, on the device to compute on
   * @param batch the batch, with N noisy rows
   * @param width V
   * @return {@code [N,V]}, float32
   */
  NDArray draw(NDManager owner, TrainingBatch batch, int width);

  /** Noise from the batch's own seed and each row's index in the batch. */
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
