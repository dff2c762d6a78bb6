package io.github.tess2.examples.tasks;

import com.google.errorprone.annotations.Immutable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kind of task with many right answers. A key describes everything that a prompt asks for, in any
 * wording. Answers are drawn and judged by the key. Implementations are stateless.
 */
@Immutable
interface OpenTask {

  /** Draws a key. It has at least one answer. */
  String drawKey(Draws draws);

  /** Draws a wording of a key. */
  String prompt(String key, Draws draws);

  /** Draws a right answer. */
  String answer(String key, Draws draws);

  /**
   * Returns what is wrong with a text as an answer; null if it is right. White space around it is
   * ignored.
   */
  @Nullable String fault(String key, String text);

  /**
   * How large the numbers of a right answer are, or how long or how many its words are, from 0 to
   * 1. No prompt asks for it, so a model has no such preference until a reward model gives it one.
   */
  double taste(String key, String text);

  /** Draws a whole item. */
  default Draft draw(Draws draws) {
    String key = drawKey(draws);
    return new Draft(key, prompt(key, draws), answer(key, draws));
  }

  /** The parts of a key after its name. */
  static List<String> parts(String key) {
    List<String> all = List.of(key.split(" ", -1));
    return all.subList(1, all.size());
  }

  /** Joins items as in {@code "a, b or c"}. */
  static String series(List<String> items, String last) {
    int end = items.size() - 1;
    return end == 0
        ? items.get(0)
        : String.join(", ", items.subList(0, end)) + " " + last + " " + items.get(end);
  }

  /** The mean length of some words, as a share of eight letters. */
  static double meanLength(List<String> words) {
    return words.stream().mapToInt(word -> Math.min(8, word.length())).average().orElse(0) / 8;
  }
}
