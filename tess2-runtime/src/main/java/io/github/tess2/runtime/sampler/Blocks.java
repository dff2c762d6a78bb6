package io.github.tess2.runtime.sampler;

import io.github.tess2.spi.Option;
import java.util.Locale;

/**
 * LLaDA's order of the positions: block by block from left to right, each with its share of the
 * steps. If the length does not divide the rows, the last block is shorter; if the number of blocks
 * does not divide the steps, the first blocks have one more step.
 *
 * @param rows G
 * @param total T
 * @param length rows per block
 */
record Blocks(int rows, int total, int length) {
  static final Option<Integer> LENGTH =
      Option.integer(
              "block-length",
              0,
              Integer.MAX_VALUE,
              "positions per block, decided from left to right; 0 for a single block")
          .or(0);

  /**
   * Creates the blocks of a length.
   *
   * @param asked the length; 0 for a single block
   */
  static Blocks of(int rows, int total, int asked) {
    return new Blocks(rows, total, asked == 0 ? rows : Math.min(asked, rows));
  }

  int count() {
    return (rows + length - 1) / length;
  }

  void requireSteps() {
    if (total < count()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "steps must be at least one for each of the %d blocks of %d positions, but is: %d",
              count(),
              length,
              total));
    }
  }

  /** One step: where its block ends, and how many rows it commits. */
  record Share(int end, int count) {}

  /**
   * The share of a step.
   *
   * @param step from 1
   */
  Share at(int step) {
    int before = 0;
    for (int block = 0; ; block++) {
      int own = share(total, count(), block);
      if (step <= before + own) {
        int from = block * length;
        int end = Math.min(rows, from + length);
        return new Share(end, share(end - from, own, step - 1 - before));
      }
      before += own;
    }
  }

  /** The size of a part when a whole is divided as evenly as possible, larger parts first. */
  static int share(int whole, int parts, int index) {
    return whole / parts + (index < whole % parts ? 1 : 0);
  }
}
