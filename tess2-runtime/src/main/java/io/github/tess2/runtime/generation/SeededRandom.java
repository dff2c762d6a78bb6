package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.Scalars;
import java.util.ArrayList;
import java.util.List;

/** Seeds a PyTorch generator for every block of rows at every step. */
final class SeededRandom implements RandomSource {
  /**
   * Tries before the exact draw from the sorted nucleus: at top-p 0.99 one row in 10^14 gets there.
   */
  private static final int TRIES = 8;

  private final Graph graph;
  private final NDArray like;

  /**
   * Creates the source.
   *
   * @param graph to draw with
   * @param like any tensor on the device to draw on
   */
  SeededRandom(Graph graph, NDArray like) {
    this.graph = graph;
    this.like = like;
  }

  @Override
  public NDArray noise(NDManager manager, List<Rows> rows, int step, int width) {
    return call(manager, "noise", rows, step, width, RandomSeeds.NOISE);
  }

  @Override
  public NDArray uniforms(NDManager manager, List<Rows> rows, int step) {
    return call(manager, "uniforms", rows, step, TRIES, RandomSeeds.DRAWS);
  }

  @Override
  public NDArray gumbel(NDManager manager, List<Rows> rows, int step, int draw, int width) {
    NDArray uniforms =
        call(
            manager, "uniforms", rows, step, width, RandomSeeds.of(draw, RandomSeeds.GUMBEL, 0, 0));
    return graph.call1(manager, "gumbel", uniforms);
  }

  private NDArray call(
      NDManager manager, String method, List<Rows> rows, int step, int width, long stream) {
    List<Long> ints = new ArrayList<>();
    ints.add((long) width);
    for (Rows part : rows) {
      for (int from = part.from(); from < part.to(); from += BLOCK_ROWS) {
        ints.add(RandomSeeds.of(part.seed(), stream, step, from / BLOCK_ROWS));
        ints.add((long) Math.min(BLOCK_ROWS, part.to() - from));
      }
    }
    try (NDManager scope = manager.newSubManager()) {
      long[] values = ints.stream().mapToLong(Long::longValue).toArray();
      return graph.call1(manager, method, like, Scalars.ints(scope, values));
    }
  }
}
