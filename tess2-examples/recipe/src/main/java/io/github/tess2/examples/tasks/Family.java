package io.github.tess2.examples.tasks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of task. Their order is part of the format, because sets are filled from them in turn.
 * Those in {@link #determined()} have one right answer for each prompt, those in {@link #open()}
 * many.
 */
public enum Family {
  /**
   * One operation. Sums and differences (never negative) of numbers of up to three digits; products
   * of a number of up to two digits and a digit; exact quotients that invert such a product. The
   * answer shows the working column by column, the result last: {@code 347 + 085 (011) = 432}.
   */
  ARITHMETIC("arithmetic"),
  /**
   * One or two operations in a story. The answer shows each step as in arithmetic, the result last:
   * {@code 12 + 05 (00) = 17, 17 - 03 (00) = 14}.
   */
  WORD_PROBLEM("word-problem"),
  /**
   * Three to five words to put into alphabetical order, answered as {@code Sorted: ant bee cat}.
   */
  SORT_WORDS("sort-words"),
  /** Three to six words to put into reverse order, answered as {@code Reversed: cat bee ant}. */
  REVERSE_WORDS("reverse-words"),
  /** The letters of a quoted word of three to eight letters from right to left. */
  SPELL_BACKWARDS("spell-backwards"),
  /**
   * How often a letter occurs in a quoted word, or how many letters the word has. The answer marks
   * or numbers the letters, the result last: {@code h0e0l1l1o0 = 2}, {@code h1e2n3 = 3}.
   */
  COUNT_LETTERS("count-letters"),
  /**
   * A whole number of one unit, converted exactly to another and answered with its working and the
   * unit: {@code 15 × 7 = 070 + 035 (010) = 105 days}.
   */
  CONVERT_UNITS("convert-units"),
  /**
   * An equation, a fact or a short description with one blank {@code _}. The answer is the whole
   * statement with the blank filled; for an equation, the working that finds the number comes
   * first.
   */
  FILL_BLANK("fill-blank"),
  /** A 4 x 4 sudoku with exactly one solution, {@code _} for an open cell, one line per row. */
  SUDOKU("sudoku-4x4"),

  /**
   * Several different equations with a given result, each with its working; see {@link
   * OpenEquations}.
   */
  EQUATIONS("equations", new OpenEquations()),
  /** Different words in alphabetical order that begin or end with given letters. */
  WORDS("words", new OpenWords()),
  /** One or two solutions of a 4 x 4 sudoku that has many. */
  GRIDS("grids", new OpenGrids()),
  /** Sentences of a small grammar that contain given words in the given order. */
  SENTENCES("sentences", new OpenSentences()),
  /** Coins of given kinds that add up to an amount, with running totals. */
  COINS("coins", new OpenCoins()),
  /** A password with a given number of letters and digits, each kind in rising order. */
  PASSWORD("password", new OpenPassword()),
  /** Words of two kinds in alphabetical order, with no first letter twice in a line. */
  LISTS("lists", new OpenLists()),
  /** Times or dates between two others, from early to late. */
  BETWEEN("between", new OpenBetween()),
  /** A short text with several blanks that must agree. */
  BLANKS("blanks", new OpenBlanks());

  private final String id;
  private final @Nullable OpenTask open;

  Family(String id) {
    this(id, null);
  }

  Family(String id, @Nullable OpenTask open) {
    this.id = id;
    this.open = open;
  }

  /** The families whose prompts have one right answer each. */
  public static List<Family> determined() {
    return Arrays.stream(values()).filter(family -> !family.isOpen()).toList();
  }

  /** The families whose prompts have many right answers each. */
  public static List<Family> open() {
    return Arrays.stream(values()).filter(Family::isOpen).toList();
  }

  /** Whether each of its prompts has many right answers. */
  public boolean isOpen() {
    return open != null;
  }

  /**
   * How items of an open family are drawn and judged.
   *
   * @throws IllegalStateException if the family has one right answer for each prompt
   */
  OpenTask task() {
    if (open == null) {
      throw new IllegalStateException("task must have many right answers, but is: " + id);
    }
    return open;
  }

  /** Its name in files and tables, as in {@code "word-problem"}. */
  public String id() {
    return id;
  }

  /**
   * Returns the family of this name.
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
