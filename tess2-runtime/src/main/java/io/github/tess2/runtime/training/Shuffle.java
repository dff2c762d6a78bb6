package io.github.tess2.runtime.training;

/**
 * A seeded permutation computed place by place, so that an order needs no memory and a run resumes
 * anywhere in it: a four-round Feistel network over the smallest even number of bits that holds the
 * count, walked until it lands inside.
 */
final class Shuffle {
  private static final int ROUNDS = 4;

  private Shuffle() {}

  /** The element at a place, both in {@code [0, count)}. */
  static long at(long place, long count, long seed) {
    int half = Math.max(1, (65 - Long.numberOfLeadingZeros(Math.max(1, count - 1))) / 2);
    long value = place;
    do {
      value = encrypt(value, half, seed);
    } while (value >= count);
    return value;
  }

  private static long encrypt(long value, int half, long seed) {
    long mask = (1L << half) - 1;
    long left = value >>> half;
    long right = value & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long next = left ^ (hash(right, seed + round) & mask);
      left = right;
      right = next;
    }
    return (left << half) | right;
  }

  private static long hash(long value, long seed) {
    long z = (value ^ seed) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 32)) * 0xd6e8feb86659fd93L;
    return z ^ (z >>> 32);
  }
}
