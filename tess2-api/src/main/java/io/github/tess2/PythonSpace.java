package io.github.tess2;

/**
 * What Python's {@code str.strip} takes away, and so the published chat template: every character
 * that Unicode calls a white space, and the four information separators. Java's {@code strip} keeps
 * some of them, the no-break spaces among them.
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

  /** All of them are in the basic plane, so that half a character is never one. */
  private static boolean isSpace(char c) {
    return Character.isSpaceChar(c)
        || (c >= '\t' && c <= '\r')
        || (c >= '\u001c' && c <= '\u001f')
        || c == '\u0085';
  }
}
