package io.github.tess2.runtime.checkpoint;

import java.util.BitSet;
import java.util.List;

/**
 * A parsed regular expression of a tokenizer, as {@link LinearRegex} examines it.
 *
 * @param branches the top-level alternatives, in order
 */
record RegexTree(List<Branch> branches) {
  /** No upper limit of a repeat. */
  static final int UNBOUNDED = Integer.MAX_VALUE;

  /**
   * A sequence of items.
   *
   * @param items the items that must match, in order
   */
  record Branch(List<Item> items) {
    /** The fewest characters that match. */
    int least() {
      return items.stream().mapToInt(Item::least).sum();
    }
  }

  /** A part of a branch. */
  sealed interface Item {
    /** The fewest characters that match. */
    int least();

    /** Whether it can fail to match. */
    default boolean required() {
      return least() > 0;
    }
  }

  /**
   * A run of characters from one set.
   *
   * @param set the set
   * @param min the smallest number of characters
   * @param max the greatest number of characters, or {@link #UNBOUNDED}
   * @param possessive whether it never gives characters back
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
   * @param optional whether the group may be absent
   */
  record Group(List<Branch> branches, boolean optional) implements Item {
    @Override
    public int least() {
      return optional ? 0 : branches.stream().mapToInt(Branch::least).min().orElseThrow();
    }
  }

  /**
   * A lookahead at the next character.
   *
   * @param set the set that the character is compared with
   * @param negative whether the character must be outside the set or missing
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
