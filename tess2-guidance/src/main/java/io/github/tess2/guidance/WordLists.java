package io.github.tess2.guidance;

import com.google.common.collect.ImmutableList;
import java.util.List;

/** The common wording of range errors: name, rule, value. */
final class WordLists {
  private WordLists() {}

  static ImmutableList<String> words(List<String> words) {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one word, but there are: 0");
    }
    for (String word : words) {
      if (word.isBlank()) {
        throw new IllegalArgumentException("a word must not be blank, but is: \"" + word + "\"");
      }
    }
    return ImmutableList.copyOf(words);
  }
}
