package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.RandomKind;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Counter-based random numbers: each row has a key at every step, from which the graph computes its
 * numbers.
 */
final class SeededRandom implements RandomSource {
  /**
   * The number of tries before the exact draw from the sorted nucleus, which at top-p 0.99 only one
   * row in 10^14 needs.
   */
  private static final int TRIES = 8;

  private final Graph graph;
  private final NDArray like;

  /**
   * Creates the source.
   *
   * @param graph the graph that draws
   * @param like any tensor on the device on which to draw
   */
  SeededRandom(Graph graph, NDArray like) {
    this.graph = graph;
    this.like = like;
  }

  @Override
  public NDArray noise(NDManager manager, List<Rows> rows, int step, int width) {
    return call(manager, RandomKind.NORMALS, rows, step, width, RandomSeeds.NOISE);
  }

  @Override
  public NDArray uniforms(NDManager manager, List<Rows> rows, int step) {
    return call(manager, RandomKind.UNIFORMS, rows, step, TRIES, RandomSeeds.DRAWS);
  }

  @Override
  public NDArray gumbel(NDManager manager, List<Rows> rows, int step, int draw, int width) {
    long stream = RandomSeeds.of(draw, RandomSeeds.GUMBEL, 0, 0);
    return call(manager, RandomKind.GUMBEL, rows, step, width, stream);
  }

  private NDArray call(
      NDManager manager, RandomKind kind, List<Rows> rows, int step, int width, long stream) {
    LongStream keys =
        rows.stream()
            .flatMapToLong(
                part -> RandomSeeds.rows(part.seed(), stream, step, part.from(), part.to()));
    return graph.random(manager, kind, like, width, keys);
  }
}
