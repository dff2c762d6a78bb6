package io.github.tess2.examples.tasks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides whether a generated text is right. It is strict about the content, but ignores white
 * space around it and the width of white space within it.
 */
@FunctionalInterface
public interface TaskCheck {

  /**
   * Whether the text is a right answer.
   *
   * @param generated what the model wrote, without special tokens
   */
  boolean isRight(String generated);

  /** Requires the text itself. Case matters. */
  static TaskCheck text(String expected) {
    String wanted = collapse(expected);
    return generated -> collapse(generated).equals(wanted);
  }

  /**
   * Compares the conclusion of a text: everything after its last {@code " = "} or, if the answer is
   * itself an equation, after its last {@code ", "}; without such a sign, the whole text. The
   * model's working comes before it.
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

  /** Returns the part of a reference answer that {@link #conclusion} compares with. */
  static String conclusionOf(String answer, boolean equation) {
    String mark = equation ? ", " : " = ";
    return answer.substring(
        answer.lastIndexOf(mark) < 0 ? 0 : answer.lastIndexOf(mark) + mark.length());
  }

  /**
   * Takes the last number in the text as the answer. It must be a whole number of plain digits,
   * without a sign or decimal point. The model's working comes before it.
   */
  static TaskCheck lastNumber(String expected) {
    return generated -> lastNumberIn(generated).equals(expected);
  }

  /**
   * Requires a filled 4 x 4 grid that keeps the givens and the rules. It may differ from the
   * reference.
   */
  static TaskCheck sudoku(Sudoku givens) {
    return generated -> {
      String cells = collapse(generated).replace(" ", "");
      return cells.matches("[1-4]{16}")
          && collapse(generated).matches("\\S{4} \\S{4} \\S{4} \\S{4}")
          && Sudoku.of(cells).isSolutionOf(givens);
    };
  }

  /** The last number, with its sign and fraction if it has them; empty if there is none. */
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

  /** Holds the pattern, because an interface cannot have private constants. */
  final class Numbers {
    private static final Pattern PATTERN = Pattern.compile("[-.,\\d]*\\d");

    private Numbers() {}
  }
}
