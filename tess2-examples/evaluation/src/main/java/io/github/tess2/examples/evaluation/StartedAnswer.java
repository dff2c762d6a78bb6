package io.github.tess2.examples.evaluation;

import com.google.common.base.CharMatcher;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.GenerationResult;
import io.github.tess2.Prompt;
import io.github.tess2.Tokenizer;
import io.github.tess2.examples.tasks.TaskItem;
import java.util.List;
import java.util.Optional;

/**
 * A task whose reference answer is given to the model except for its last words, so that the model
 * only has to finish it.
 *
 * @param item the task
 * @param text the beginning of the reference answer; empty if nothing of it is given
 * @param tokens the tokens of the text
 */
public record StartedAnswer(TaskItem item, String text, ImmutableIntArray tokens)
    implements Question {

  /**
   * Starts the answers of tasks. Leaves out a task whose answer has no more words than are missing,
   * and one whose start would not be split into the same tokens by itself.
   *
   * @param items the tasks
   * @param missing how many words, separated by white space, are missing from the end of each
   *     answer; 0 gives nothing of any answer
   * @param tokenizer the model's
   * @return the tasks with their starts, in the same order
   */
  public static List<StartedAnswer> of(List<TaskItem> items, int missing, Tokenizer tokenizer) {
    return items.stream()
        .map(
            item ->
                missing == 0
                    ? Optional.of(new StartedAnswer(item, "", ImmutableIntArray.of()))
                    : of(item, missing, tokenizer))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<StartedAnswer> of(TaskItem item, int missing, Tokenizer tokenizer) {
    int end = end(item.answer(), missing);
    if (end == 0) {
      return Optional.empty();
    }
    ImmutableIntArray all = tokenizer.encode(item.answer());
    for (int count = all.length() - 1; count > 0; count--) {
      ImmutableIntArray tokens = all.subArray(0, count);
      String text = tokenizer.decode(tokens);
      // A token may hold the space before the first missing word.
      if (CharMatcher.whitespace().trimTrailingFrom(text).length() <= end) {
        return item.answer().startsWith(text) && tokenizer.encode(text).equals(tokens)
            ? Optional.of(new StartedAnswer(item, text, tokens))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  @Override
  public Prompt prompt() {
    return text.isEmpty() ? Prompt.user(item.prompt()) : Prompt.raw(Question.chat(item) + text);
  }

  @Override
  public int room(int length) {
    return Math.max(1, length - tokens.length());
  }

  @Override
  public String answer(GenerationResult result) {
    return text + result.text();
  }

  /** Where the text ends without its last words and the space before them. */
  private static int end(String text, int words) {
    int end = text.length();
    for (int i = 0; i < words && end > 0; i++) {
      String kept = CharMatcher.whitespace().trimTrailingFrom(text.substring(0, end));
      end = CharMatcher.whitespace().lastIndexIn(kept) + 1;
    }
    return CharMatcher.whitespace().trimTrailingFrom(text.substring(0, end)).length();
  }
}
