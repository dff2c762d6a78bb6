package io.github.tess2.examples.tasks;

import java.util.Collections;
import java.util.List;

/** {@link Family#SORT_WORDS} and {@link Family#REVERSE_WORDS}. */
final class WordOrder {
  /**
   * Labels at the beginning of answers. Without them the first word would not be one token; see
   * {@link TokenizerBuilder}.
   */
  static final String SORTED = "Sorted: ";

  static final String REVERSED = "Reversed: ";

  private static final List<String> SORT =
      List.of(
          "Sort these words: {w}",
          "Sort the words: {w}",
          "Sort alphabetically: {w}",
          "Put these words in alphabetical order: {w}",
          "Put in alphabetical order: {w}",
          "Arrange these words from a to z: {w}",
          "Give the alphabetical order of these words: {w}",
          "Order these words from a to z: {w}");
  private static final List<String> REVERSE =
      List.of(
          "Reverse these words: {w}",
          "Reverse the words: {w}",
          "Reverse the order of these words: {w}",
          "Put these words in reverse order: {w}",
          "Say these words in reverse order: {w}",
          "Write these words from last to first: {w}",
          "List these words from last to first: {w}",
          "Turn the order of these words around: {w}");

  private WordOrder() {}

  static Draft sort(Draws draws) {
    List<String> words = draws.sample(Lexicon.shipped().contentWords(), draws.between(3, 5));
    List<String> sorted = words.stream().sorted().toList();
    return new Draft(
        "sort " + String.join(" ", sorted),
        prompt(SORT, words, draws),
        SORTED + String.join(" ", sorted));
  }

  static Draft reverse(Draws draws) {
    List<String> words = draws.sample(Lexicon.shipped().contentWords(), draws.between(3, 6));
    String given = String.join(" ", words);
    String prompt = prompt(REVERSE, words, draws);
    Collections.reverse(words);
    return new Draft("reverse " + given, prompt, REVERSED + String.join(" ", words));
  }

  private static String prompt(List<String> wordings, List<String> words, Draws draws) {
    String joint = draws.chance(25) ? ", " : " ";
    return draws.pick(wordings).replace("{w}", String.join(joint, words));
  }
}
