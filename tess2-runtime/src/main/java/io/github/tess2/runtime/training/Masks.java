package io.github.tess2.runtime.training;

import com.google.common.annotations.VisibleForTesting;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.training.Conventions;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Chooses the positions that a diffusion pass hides. Adaptation has three objectives, used equally
 * often, one per batch (TESS 2, section 3; UL2, arXiv 2205.05131).
 */
final class Masks {
  /** The objectives. */
  enum Objective {
    /** A random prefix of up to half is kept. */
    PREFIX,
    /** T5's spans: 15 % is hidden, in spans of mean length 3 or 8. */
    SPANS,
    /** Half is hidden, in spans of mean length 3, 8 or 48. */
    AGGRESSIVE_SPANS
  }

  private static final ImmutableIntArray SPAN_LENGTHS = ImmutableIntArray.of(3, 8);
  private static final ImmutableIntArray AGGRESSIVE_LENGTHS = ImmutableIntArray.of(3, 8, 48);

  private final Conventions.Masks rule;
  private final Objective objective;
  private final int meanLength;

  private Masks(Conventions.Masks rule, Objective objective, int meanLength) {
    this.rule = rule;
    this.objective = objective;
    this.meanLength = meanLength;
  }

  /** Draws the settings that the masks of a batch share. */
  static Masks draw(Conventions.Masks rule, RandomGenerator random) {
    Objective[] all = Objective.values();
    Objective objective = all[random.nextInt(all.length)];
    boolean common = rule == Conventions.Masks.PUBLISHED && objective != Objective.PREFIX;
    return new Masks(rule, objective, common ? drawLength(objective, random) : 0);
  }

  /** Masks of one objective, for tests. */
  @VisibleForTesting
  static Masks of(Conventions.Masks rule, Objective objective, int meanLength) {
    return new Masks(rule, objective, meanLength);
  }

  Objective objective() {
    return objective;
  }

  /** A mask over {@code length} positions, at least one of them hidden. */
  boolean[] mask(int length, RandomGenerator random) {
    if (objective == Objective.PREFIX) {
      return prefix(length, kept(length, random));
    }
    int mean = meanLength > 0 ? meanLength : drawLength(objective, random);
    return spans(length, objective == Objective.SPANS ? 0.15 : 0.5, mean, random);
  }

  private static int drawLength(Objective objective, RandomGenerator random) {
    ImmutableIntArray lengths = objective == Objective.SPANS ? SPAN_LENGTHS : AGGRESSIVE_LENGTHS;
    return lengths.get(random.nextInt(lengths.length()));
  }

  /** The length of the prefix that is kept. */
  private int kept(int length, RandomGenerator random) {
    if (rule == Conventions.Masks.ANYWHERE) {
      return random.nextInt(length / 2 + 1);
    }
    // Keeps the first token, and from one to less than half of the others. A text of two tokens
    // keeps one.
    int others = length >= 5 ? random.nextInt(1, (length - 1) / 2) : 1;
    return Math.min(1 + others, length - 1);
  }

  private static boolean[] prefix(int length, int kept) {
    boolean[] mask = new boolean[length];
    Arrays.fill(mask, kept, length, true);
    return mask;
  }

  /**
   * T5's random spans (arXiv 1910.10683): kept and hidden spans alternate, a kept one first. In the
   * published code, as in T5's, the last span is always hidden. With the other rule the end may
   * also be kept; otherwise a short sequence with only one hidden span would never have anything to
   * its right.
   */
  private boolean[] spans(int length, double density, int mean, RandomGenerator random) {
    boolean[] mask = new boolean[length];
    if (length == 1) {
      mask[0] = true;
      return mask;
    }
    boolean open = rule == Conventions.Masks.ANYWHERE;
    int hidden = Math.min(Math.max(whole(length * density), 1), length - 1);
    int spans = Math.max(whole((double) hidden / mean), 1);
    spans = Math.min(spans, Math.min(hidden, length - hidden));
    int[] hiddenLengths = partition(hidden, spans, random);
    int[] keptLengths =
        open
            ? partition(length - hidden + 1, spans + 1, random)
            : partition(length - hidden, spans, random);
    int at = 0;
    for (int i = 0; i < spans; i++) {
      at += keptLengths[i];
      Arrays.fill(mask, at, at + hiddenLengths[i], true);
      at += hiddenLengths[i];
    }
    return mask;
  }

  private int whole(double count) {
    return (int) (rule == Conventions.Masks.ANYWHERE ? Math.round(count) : Math.floor(count));
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
