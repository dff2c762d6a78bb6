package io.github.tess2.examples.tasks;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The kinds of task. The order is part of the format: sets are dealt out over it in turn. */
public enum Family {
  /**
   * One operation. Sums and differences (never negative) of numbers of up to three digits; products
   * of a number of up to two digits and a digit; exact quotients that invert such a product. The
   * answer shows the working column by column, the result last: {@code 347 + 085 (011) = 432}.
   */
  ARITHMETIC("arithmetic"),
  /**
   * One or two operations told as a story. The answer shows each step as in arithmetic, the result
   * last: {@code 12 + 05 (00) = 17, 17 - 03 (00) = 14}.
   */
  WORD_PROBLEM("word-problem"),
  /** Three to five words into alphabetical order, answered as {@code Sorted: ant bee cat}. */
  SORT_WORDS("sort-words"),
  /** Three to six words in reverse order, answered as {@code Reversed: cat bee ant}. */
  REVERSE_WORDS("reverse-words"),
  /** The letters of a quoted word of three to eight letters from right to left. */
  SPELL_BACKWARDS("spell-backwards"),
  /**
   * How often a letter stands in a quoted word, or how many letters the word has. The answer marks
   * or numbers the letters, the result last: {@code h0e0l1l1o0 = 2}, {@code h1e2n3 = 3}.
   */
  COUNT_LETTERS("count-letters"),
  /**
   * A whole number of one unit in another, exact, answered with its working and the unit: {@code 15
   * × 7 = 070 + 035 (010) = 105 days}.
   */
  CONVERT_UNITS("convert-units"),
  /**
   * An equation, a fact or a short description with one blank {@code _}. The answer is the whole
   * statement with the blank filled, for an equation after the working that finds the number.
   */
  FILL_BLANK("fill-blank"),
  /** A 4 x 4 sudoku with exactly one solution, {@code _} for an open cell, one line per row. */
  SUDOKU("sudoku-4x4");

  private final String id;

  Family(String id) {
    this.id = id;
  }

  /** The name in files and tables, as in {@code "word-problem"}. */
  public String id() {
    return id;
  }

  /**
   * The family of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Family of(String id) {
    for (Family family : values()) {
      if (family.id.equals(id)) {
        return family;
      }
    }
    throw new IllegalArgumentException(
        "task must be one of "
            + Arrays.stream(values()).map(Family::id).collect(Collectors.joining(", "))
            + ", but is: "
            + id);
  }
}
