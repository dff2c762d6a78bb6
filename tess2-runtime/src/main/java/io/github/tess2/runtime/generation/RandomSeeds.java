package io.github.tess2.runtime.generation;

import java.util.stream.LongStream;

/** Seeds and keys of all random numbers, derived from one seed. */
public final class RandomSeeds {
  /** Stream of the diffusion noise. */
  public static final long NOISE = 0x6e6f697365L;

  /** Stream of the token draws. */
  public static final long DRAWS = 0x6472617773L;

  /** Stream of the Gumbel noise of rewards. */
  public static final long GUMBEL = 0x67756d62656cL;

  /** Stream of the seeds of a request's candidates. */
  public static final long CANDIDATES = 0x63616e646964L;

  /** Stream of new weights. */
  public static final long WEIGHTS = 0x77656967687473L;

  /** Stream of new adapters. */
  public static final long ADAPTERS = 0x6164617074L;

  /** Stream of masks, timesteps and all other random choices in a training batch. */
  public static final long BATCH = 0x6261746368L;

  /** Stream of the order of the training data. */
  public static final long ORDER = 0x6f72646572L;

  private RandomSeeds() {}

  /**
   * Derives a seed by a chain of SplitMix64 finalisers, so that neighbouring steps and blocks are
   * unrelated.
   *
   * @param seed the seed of the request or run
   * @param stream the purpose of the numbers
   * @param step first coordinate
   * @param block second coordinate
   * @return a non-negative seed
   */
  public static long of(long seed, long stream, long step, long block) {
    return mix(mix(mix(mix(seed) ^ stream) ^ step) ^ block) & Long.MAX_VALUE;
  }

  /**
   * Derives a seed for each row of a range, as {@link #of} does with the row as the block.
   *
   * @param seed the seed of the request or run
   * @param stream the purpose of the numbers
   * @param step first coordinate
   * @param from the first row
   * @param to the end of the rows, exclusive
   * @return the seeds in the order of the rows
   */
  public static LongStream rows(long seed, long stream, long step, int from, int to) {
    return LongStream.range(from, to).map(row -> of(seed, stream, step, row));
  }

  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
