package io.github.tess2.runtime.training;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Which positions a diffusion pass hides: the three objectives of adaptation in equal parts, one a
 * batch (TESS 2, section 3; UL2, arXiv 2205.05131).
 */
final class Masks {
  /** The objectives. */
  enum Objective {
    /** A random prefix of up to half stays. */
    PREFIX,
    /** T5's spans: 15 % hidden in spans of mean length 3 or 8. */
    SPANS,
    /** Half hidden in spans of mean length 3, 8 or 48. */
    AGGRESSIVE_SPANS
  }

  private static final int[] SPAN_LENGTHS = {3, 8};
  private static final int[] AGGRESSIVE_LENGTHS = {3, 8, 48};

  private Masks() {}

  static Objective draw(RandomGenerator random) {
    Objective[] all = Objective.values();
    return all[random.nextInt(all.length)];
  }

  /** A mask over {@code length} positions, at least one of them hidden. */
  static boolean[] mask(Objective objective, int length, RandomGenerator random) {
    return switch (objective) {
      case PREFIX -> prefix(length, random);
      case SPANS -> spans(length, 0.15, SPAN_LENGTHS[random.nextInt(SPAN_LENGTHS.length)], random);
      case AGGRESSIVE_SPANS ->
          spans(length, 0.5, AGGRESSIVE_LENGTHS[random.nextInt(AGGRESSIVE_LENGTHS.length)], random);
    };
  }

  private static boolean[] prefix(int length, RandomGenerator random) {
    boolean[] mask = new boolean[length];
    Arrays.fill(mask, random.nextInt(length / 2 + 1), length, true);
    return mask;
  }

  /**
   * T5's random spans (arXiv 1910.10683): kept and hidden stretches in turn, kept first. Unlike in
   * T5's code the end may be kept as well: else a short sequence, with its one span, would never
   * have anything to the right of what is hidden.
   */
  private static boolean[] spans(
      int length, double density, int meanLength, RandomGenerator random) {
    boolean[] mask = new boolean[length];
    if (length == 1) {
      mask[0] = true;
      return mask;
    }
    int hidden = Math.min(Math.max((int) Math.round(length * density), 1), length - 1);
    int spans = Math.max((int) Math.round((double) hidden / meanLength), 1);
    spans = Math.min(spans, Math.min(hidden, length - hidden));
    int[] hiddenLengths = partition(hidden, spans, random);
    int[] keptLengths = partition(length - hidden + 1, spans + 1, random);
    int at = 0;
    for (int i = 0; i < spans; i++) {
      at += keptLengths[i];
      Arrays.fill(mask, at, at + hiddenLengths[i], true);
      at += hiddenLengths[i];
    }
    return mask;
  }

  /** A uniformly random way to write a total as an ordered sum of positive parts. */
  private static int[] partition(int total, int parts, RandomGenerator random) {
    boolean[] cut = new boolean[total - 1];
    Arrays.fill(cut, 0, parts - 1, true);
    for (int i = cut.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      boolean other = cut[j];
      cut[j] = cut[i];
      cut[i] = other;
    }
    int[] lengths = new int[parts];
    int part = 0;
    for (int i = 0; i < total; i++) {
      lengths[part]++;
      if (i < cut.length && cut[i]) {
        part++;
      }
    }
    return lengths;
  }
}
