package io.github.tess2.runtime.checkpoint;

import java.util.BitSet;
import java.util.List;

/**
 * A regular expression of a tokenizer, as far as {@link LinearRegex} can judge it.
 *
 * @param branches what stands between the bars at the top, in their order
 */
record RegexTree(List<Branch> branches) {
  /** No upper limit of a repeat. */
  static final int UNBOUNDED = Integer.MAX_VALUE;

  /**
   * Items one after another.
   *
   * @param items what must match, in order
   */
  record Branch(List<Item> items) {
    /** The fewest characters that match. */
    int least() {
      return items.stream().mapToInt(Item::least).sum();
    }
  }

  /** What a branch is made of. */
  sealed interface Item {
    /** The fewest characters that match. */
    int least();

    /** Whether it can fail to match. */
    default boolean required() {
      return least() > 0;
    }
  }

  /**
   * Characters of one set.
   *
   * @param set which
   * @param min how many at least
   * @param max how many at most, or {@link #UNBOUNDED}
   * @param possessive whether it gives none of them back
   */
  record Run(BitSet set, int min, int max, boolean possessive) implements Item {
    @Override
    public int least() {
      return min;
    }

    boolean unbounded() {
      return max == UNBOUNDED;
    }
  }

  /**
   * One of several short sequences.
   *
   * @param branches the sequences
   * @param optional whether there may be none
   */
  record Group(List<Branch> branches, boolean optional) implements Item {
    @Override
    public int least() {
      return optional ? 0 : branches.stream().mapToInt(Branch::least).min().orElseThrow();
    }
  }

  /**
   * A look at the next character.
   *
   * @param set what it is compared with
   * @param negative whether it must not be of the set, or be missing
   */
  record Ahead(BitSet set, boolean negative) implements Item {
    @Override
    public int least() {
      return 0;
    }

    @Override
    public boolean required() {
      return true;
    }
  }
}
