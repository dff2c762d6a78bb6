package io.github.tess2;

/**
 * The characters that Python's {@code str.strip}, and thus the published chat template, removes:
 * all Unicode white space and the four information separators. Java's {@code strip} keeps some of
 * them, such as no-break spaces.
 */
final class PythonSpace {
  private PythonSpace() {}

  static String strip(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isSpace(text.charAt(from))) {
      from++;
    }
    while (to > from && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  /** All of them are in the basic multilingual plane, so a surrogate is never one. */
  private static boolean isSpace(char c) {
    return Character.isSpaceChar(c)
        || (c >= '\t' && c <= '\r')
        || (c >= '\u001c' && c <= '\u001f')
        || c == '\u0085';
  }
}
