package io.github.tess2.examples.text;

import java.util.List;

/**
 * Texts at which an answer is cut.
 *
 * @param texts the stop texts, none of them empty; an empty list cuts nothing
 */
public record Stops(List<String> texts) {
  /**
   * Copies and checks the texts.
   *
   * @param texts the stop texts
   * @throws IllegalArgumentException if one is empty
   */
  public Stops {
    texts = List.copyOf(texts);
    if (texts.contains("")) {
      throw new IllegalArgumentException("a stop text must not be empty");
    }
  }

  /**
   * {@return the index at which the first stop text begins, or -1}
   *
   * @param text the text to search
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
   * {@return the text before the first stop text; the whole text if there is none}
   *
   * @param text the text to cut
   */
  public String cut(String text) {
    int at = find(text);
    return at < 0 ? text : text.substring(0, at);
  }

  /**
   * {@return the beginning of a text that is kept however the text continues; if the text ends with
   * the beginning of a stop text, that part is left out}
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
