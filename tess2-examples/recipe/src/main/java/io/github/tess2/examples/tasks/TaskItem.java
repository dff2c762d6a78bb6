package io.github.tess2.examples.tasks;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One task with its reference answer.
 *
 * @param id unique within its set, as in {@code "held-out-17"}
 * @param family the kind of task
 * @param key the subject of the item in any wording: {@code "= 347+232"} for every way to ask for
 *     that sum. Items with the same key are always on the same side of a split.
 * @param prompt the user's message
 * @param answer the reference answer, the assistant's message
 */
public record TaskItem(String id, Family family, String key, String prompt, String answer) {

  /** Returns a check that decides whether a generated text answers this item. */
  public TaskCheck check() {
    if (family.isOpen()) {
      return generated -> family.task().fault(key, generated) == null;
    }
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
   * Returns what is wrong with a generated text, as in {@code "a character must not occur twice,
   * but does: 7"}; null if it is a right answer.
   */
  public @Nullable String fault(String generated) {
    if (family.isOpen()) {
      return family.task().fault(key, generated);
    }
    return check().isRight(generated) ? null : "the answer must be " + answer;
  }

  /**
   * How well a right answer fits the preference that reward models of the open families are trained
   * on: large numbers, long words, or many words; from 0 to 1.
   *
   * @throws IllegalStateException if the family has one right answer for each prompt
   */
  public double taste(String generated) {
    return family.task().taste(key, generated);
  }

  /** Returns the same task with another reference answer. */
  TaskItem withAnswer(String other) {
    return new TaskItem(id, family, key, prompt, other);
  }

  /**
   * Normalises a text to detect repetition: lower case, trimmed, each run of white space as one
   * space.
   */
  public static String normalise(String text) {
    return text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
  }
}
