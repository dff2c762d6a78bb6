package io.github.tess2.examples.text;

import java.util.List;

/**
 * Texts at which an answer is cut.
 *
 * @param texts none of them empty; none cuts nothing
 */
public record Stops(List<String> texts) {
  /**
   * Copies and checks the texts.
   *
   * @param texts as the component
   * @throws IllegalArgumentException if one is empty
   */
  public Stops {
    texts = List.copyOf(texts);
    if (texts.contains("")) {
      throw new IllegalArgumentException("a stop text must not be empty");
    }
  }

  /**
   * {@return where the first of them begins, or -1}
   *
   * @param text where to look
   */
  public int find(String text) {
    int first = -1;
    for (String stop : texts) {
      int at = text.indexOf(stop);
      if (at >= 0 && (first < 0 || at < first)) {
        first = at;
      }
    }
    return first;
  }

  /**
   * {@return the text before the first of them; all of it where there is none}
   *
   * @param text what to cut
   */
  public String cut(String text) {
    int at = find(text);
    return at < 0 ? text : text.substring(0, at);
  }

  /**
   * {@return the beginning of a text that stays whatever the text goes on with: less than all where
   * the text ends as one of these begins}
   *
   * @param text the text so far
   */
  public String sure(String text) {
    int held = 0;
    for (String stop : texts) {
      for (int length = Math.min(stop.length() - 1, text.length()); length > held; length--) {
        if (text.regionMatches(text.length() - length, stop, 0, length)) {
          held = length;
        }
      }
    }
    return text.substring(0, text.length() - held);
  }
}
