package io.github.tess2.runtime.training;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Seeded orders. */
final class Shuffle {
  private Shuffle() {}

  /** The numbers from 0 to {@code count}, exclusive, in an order drawn uniformly. */
  static int[] order(int count, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int place = random.nextInt(i + 1);
      order[i] = order[place];
      order[place] = i;
    }
    return order;
  }
}
