package io.github.tess2.runtime.checkpoint;

/** Checks Java's UTF-16 texts, in which half a surrogate pair is not a character. */
final class Utf16 {
  private Utf16() {}

  /** The index of half a surrogate pair, or -1. */
  static int loneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }
}
