package io.github.tess2.examples.tasks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides whether a generated text is right: strict on content, indifferent to blanks around it and
 * to how wide they are within.
 */
@FunctionalInterface
public interface TaskCheck {

  /**
   * Whether the text is a right answer.
   *
   * @param generated what the model wrote, without special tokens
   */
  boolean isRight(String generated);

  /** The text itself is asked for; letters' case counts. */
  static TaskCheck text(String expected) {
    String wanted = collapse(expected);
    return generated -> collapse(generated).equals(wanted);
  }

  /**
   * What the text comes to: all of it, or all that follows its last {@code " = "} or, where the
   * answer is an equation itself, its last {@code ", "}. What comes before is the model's working.
   */
  static TaskCheck conclusion(String expected) {
    String wanted = collapse(expected);
    String mark = wanted.contains(" = ") ? ", " : " = ";
    return generated -> {
      String text = collapse(generated);
      int at = text.lastIndexOf(mark);
      return text.substring(at < 0 ? 0 : at + mark.length()).equals(wanted);
    };
  }

  /** What {@link #conclusion} compares with, out of a reference answer. */
  static String conclusionOf(String answer, boolean equation) {
    String mark = equation ? ", " : " = ";
    return answer.substring(
        answer.lastIndexOf(mark) < 0 ? 0 : answer.lastIndexOf(mark) + mark.length());
  }

  /**
   * The last number in the text is the answer, and it must be a whole number of plain digits with
   * no sign or decimal point at it. What comes before it is the model's working.
   */
  static TaskCheck lastNumber(String expected) {
    return generated -> lastNumberIn(generated).equals(expected);
  }

  /** A filled 4 x 4 grid that keeps the givens and the rules; it need not be the reference's. */
  static TaskCheck sudoku(Sudoku givens) {
    return generated -> {
      String cells = collapse(generated).replace(" ", "");
      return cells.matches("[1-4]{16}")
          && collapse(generated).matches("\\S{4} \\S{4} \\S{4} \\S{4}")
          && Sudoku.of(cells).isSolutionOf(givens);
    };
  }

  /** The last number with any sign or fraction that stands at it; empty where there is none. */
  static String lastNumberIn(String text) {
    Matcher numbers = Numbers.PATTERN.matcher(text);
    String last = "";
    while (numbers.find()) {
      last = numbers.group();
    }
    return last;
  }

  private static String collapse(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  /** Holds the pattern, since an interface has no private constants. */
  final class Numbers {
    private static final Pattern PATTERN = Pattern.compile("[-.,\\d]*\\d");

    private Numbers() {}
  }
}
