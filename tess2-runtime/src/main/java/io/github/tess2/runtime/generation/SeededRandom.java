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

  private static final long NOISE = 0x6e6f697365L;
  private static final long DRAWS = 0x6472617773L;

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
    return call(manager, "noise", rows, step, width, NOISE);
  }

  @Override
  public NDArray uniforms(NDManager manager, List<Rows> rows, int step) {
    return call(manager, "uniforms", rows, step, TRIES, DRAWS);
  }

  private NDArray call(
      NDManager manager, String method, List<Rows> rows, int step, int width, long stream) {
    List<Long> ints = new ArrayList<>();
    ints.add((long) width);
    for (Rows part : rows) {
      for (int from = part.from(); from < part.to(); from += BLOCK_ROWS) {
        ints.add(seed(part.seed(), stream, step, from / BLOCK_ROWS));
        ints.add((long) Math.min(BLOCK_ROWS, part.to() - from));
      }
    }
    try (NDManager scope = manager.newSubManager()) {
      long[] values = ints.stream().mapToLong(Long::longValue).toArray();
      return graph.call1(manager, method, like, Scalars.ints(scope, values));
    }
  }

  /** A chain of SplitMix64 finalisers, so that neighbouring blocks and steps are unrelated. */
  static long seed(long seed, long stream, int step, int block) {
    long mixed = mix(mix(mix(mix(seed) ^ stream) ^ step) ^ block);
    return mixed & Long.MAX_VALUE;
  }

  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
