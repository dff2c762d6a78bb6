package io.github.tess2.examples.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A seeded source of draws that gives the same values on every JVM. It uses only {@code nextLong}
 * of {@link SplittableRandom} and derives all other values itself, because the bounded methods of
 * {@code java.util.random} may change between releases.
 */
final class Draws {
  private final SplittableRandom random;

  private Draws(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * Returns a separate source for each purpose, so that more draws for one do not change another.
   */
  static Draws of(long seed, String purpose) {
    // FNV-1a, 64 bits.
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < purpose.length(); i++) {
      hash = (hash ^ purpose.charAt(i)) * 0x100000001b3L;
    }
    return new Draws(seed * 0x9e3779b97f4a7c15L + hash);
  }

  /** Draws a number from 0 to bound - 1. */
  int below(int bound) {
    // The high half of a 32 x 32 bit product; its bias is under bound / 2^32.
    return (int) (((random.nextLong() >>> 32) * bound) >>> 32);
  }

  /** Draws a number from low to high, both included. */
  int between(int low, int high) {
    return low + below(high - low + 1);
  }

  boolean chance(int percent) {
    return below(100) < percent;
  }

  <T> T pick(List<T> from) {
    return from.get(below(from.size()));
  }

  /** Draws the index of a share, with a probability proportional to the share. */
  int weighted(int... shares) {
    int total = 0;
    for (int share : shares) {
      total += share;
    }
    int at = below(total);
    int index = 0;
    while (at >= shares[index]) {
      at -= shares[index++];
    }
    return index;
  }

  /** Draws distinct elements in random order. {@code from} must not contain duplicates. */
  <T> List<T> sample(List<T> from, int count) {
    List<T> rest = new ArrayList<>(from);
    List<T> drawn = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      // The last element fills the gap, so that removing takes constant time.
      int at = below(rest.size());
      drawn.add(rest.get(at));
      rest.set(at, rest.get(rest.size() - 1));
      rest.remove(rest.size() - 1);
    }
    return drawn;
  }
}
