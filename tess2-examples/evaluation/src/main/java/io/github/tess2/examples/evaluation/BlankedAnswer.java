package io.github.tess2.examples.evaluation;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.GenerationResult;
import io.github.tess2.Prompt;
import io.github.tess2.Tokenizer;
import io.github.tess2.examples.tasks.TaskItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A task whose reference answer is given to the model except for some of its words, drawn at
 * random. The model fills all blanks together, each as wide as the words that it replaces; words
 * next to each other share a blank.
 *
 * @param item the task
 * @param parts the reference answer: given texts and blanks
 */
public record BlankedAnswer(TaskItem item, List<Part> parts) implements Question {
  private static final Pattern WORD = Pattern.compile("\\S*[A-Za-z0-9]\\S*");

  /**
   * A stretch of the answer.
   *
   * @param text its text in the reference answer, with the space before it
   * @param blank the tokens to fill in; 0 if the text is given
   */
  public record Part(String text, int blank) {
    boolean isBlank() {
      return blank > 0;
    }
  }

  /** Copies the list. */
  public BlankedAnswer {
    parts = List.copyOf(parts);
  }

  /**
   * Opens blanks in the answers of tasks. Leaves out a task whose answer has no more words than are
   * to be blank, and one whose given texts would not be split into the same tokens by themselves. A
   * word has at least one letter or digit. Of one task, the blanks of a smaller number are among
   * those of a larger one.
   *
   * @param items the tasks
   * @param words how many words of each answer are blank, at least 1
   * @param tokenizer the model's
   * @return the tasks with blanks, in the same order
   */
  public static List<BlankedAnswer> of(List<TaskItem> items, int words, Tokenizer tokenizer) {
    return items.stream().flatMap(item -> of(item, words, tokenizer).stream()).toList();
  }

  private static Optional<BlankedAnswer> of(TaskItem item, int words, Tokenizer tokenizer) {
    List<MatchResult> all = new ArrayList<>(WORD.matcher(item.answer()).results().toList());
    if (all.size() <= words) {
      return Optional.empty();
    }
    Collections.shuffle(all, new Random(item.id().hashCode()));
    ImmutableIntArray tokens = tokenizer.encode(item.answer());
    boolean[] blank = blanks(tokens, all.subList(0, words), tokenizer);
    List<Part> parts = new ArrayList<>();
    for (int from = 0, to; from < blank.length; from = to) {
      to = from + 1;
      while (to < blank.length && blank[to] == blank[from]) {
        to++;
      }
      ImmutableIntArray part = tokens.subArray(from, to);
      String text = from == 0 ? tokenizer.decode(part) : tokenizer.decodeContinuation(part);
      parts.add(new Part(text, blank[from] ? to - from : 0));
      if (!tokens(from, text, tokenizer).equals(part)) {
        return Optional.empty();
      }
    }
    return Optional.of(new BlankedAnswer(item, parts));
  }

  private static ImmutableIntArray tokens(int from, String text, Tokenizer tokenizer) {
    return from == 0 ? tokenizer.encode(text) : tokenizer.encodeContinuation(text);
  }

  /** Which tokens hold a character of the words. */
  private static boolean[] blanks(
      ImmutableIntArray tokens, List<MatchResult> words, Tokenizer tokenizer) {
    boolean[] blank = new boolean[tokens.length()];
    int start = 0;
    for (int i = 0; i < blank.length; i++) {
      int from = start;
      int to = tokenizer.decode(tokens.subArray(0, i + 1)).length();
      blank[i] = words.stream().anyMatch(word -> word.start() < to && word.end() > from);
      start = to;
    }
    return blank;
  }

  @Override
  public Prompt prompt() {
    Prompt.Infill.Builder infill = Prompt.infill();
    String before = Question.chat(item);
    for (Part part : parts) {
      if (!part.isBlank()) {
        before += part.text;
      } else {
        infill.text(before).blank(part.blank);
        before = "";
      }
    }
    if (!before.isEmpty()) {
      infill.text(before);
    }
    return infill.build();
  }

  @Override
  public int room(int length) {
    return length;
  }

  @Override
  public String answer(GenerationResult result) {
    StringBuilder answer = new StringBuilder();
    int filled = 0;
    for (Part part : parts) {
      answer.append(part.isBlank() ? result.blanks().get(filled++) : part.text);
    }
    return answer.toString();
  }
}
