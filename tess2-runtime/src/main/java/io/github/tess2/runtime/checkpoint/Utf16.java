package io.github.tess2.runtime.checkpoint;

/** Texts as Java has them: in UTF-16, in which half a pair of surrogates is no character. */
final class Utf16 {
  private Utf16() {}

  /** Where half a surrogate pair stands, or -1. */
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
