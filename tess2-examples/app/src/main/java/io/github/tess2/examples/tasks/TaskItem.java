package io.github.tess2.examples.tasks;

import java.util.Locale;

/**
 * One task with its reference answer.
 *
 * @param id unique within its set, as in {@code "held-out-17"}
 * @param family the kind of task
 * @param key what the item is about, whatever its wording: {@code "= 347+232"} for every way to ask
 *     for that sum. Two items with one key never stand on both sides of a split.
 * @param prompt the user's message
 * @param answer the reference answer, the assistant's message
 */
public record TaskItem(String id, Family family, String key, String prompt, String answer) {

  /** Decides whether a generated text answers this item. */
  public TaskCheck check() {
    return switch (family) {
      case ARITHMETIC, COUNT_LETTERS, CONVERT_UNITS ->
          TaskCheck.conclusion(TaskCheck.conclusionOf(answer, false));
      case FILL_BLANK ->
          answer.contains(" = ")
              ? TaskCheck.conclusion(TaskCheck.conclusionOf(answer, true))
              : TaskCheck.text(answer);
      case WORD_PROBLEM -> TaskCheck.lastNumber(TaskCheck.lastNumberIn(answer));
      case SUDOKU -> TaskCheck.sudoku(Sudoku.parseGivens(prompt));
      default -> TaskCheck.text(answer);
    };
  }

  /**
   * A text in the form in which repetition is judged: lower case, runs of blanks as one, nothing
   * around it.
   */
  public static String normalise(String text) {
    return text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
  }
}
