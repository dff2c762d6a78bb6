package io.github.tess2.examples.server;

import java.util.List;

/** Texts at which an answer is cut. */
record Stops(List<String> texts) {
  /** Where the first of them begins, or -1. */
  int find(String text) {
    int first = -1;
    for (String stop : texts) {
      int at = text.indexOf(stop);
      if (at >= 0 && (first < 0 || at < first)) {
        first = at;
      }
    }
    return first;
  }

  /** The text before the first of them; all of it where there is none. */
  String cut(String text) {
    int at = find(text);
    return at < 0 ? text : text.substring(0, at);
  }

  /**
   * The beginning of a text that stays whatever the text goes on with: less than all where the text
   * ends as one of these begins.
   */
  String sure(String text) {
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
