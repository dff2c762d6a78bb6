package io.github.tess2.runtime.sampler;

import io.github.tess2.spi.Option;
import java.util.Locale;

/**
 * LLaDA's order of the positions: block by block from left to right, each with its share of the
 * steps. Where blocks do not divide the rows, the last one is shorter; where they do not divide the
 * steps, the first ones have a step more.
 *
 * @param rows G
 * @param total T
 * @param length of a block in rows
 */
record Blocks(int rows, int total, int length) {
  static final Option<Integer> LENGTH =
      Option.integer(
              "block-length",
              0,
              Integer.MAX_VALUE,
              "positions that are decided before those to the right of them; 0 for all at once")
          .or(0);

  /**
   * The blocks of a length.
   *
   * @param asked the length; 0 for one block
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

  /** The index-th of some parts of a whole as even as can be, the larger ones first. */
  static int share(int whole, int parts, int index) {
    return whole / parts + (index < whole % parts ? 1 : 0);
  }
}
