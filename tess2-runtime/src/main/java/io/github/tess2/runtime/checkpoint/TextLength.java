package io.github.tess2.runtime.checkpoint;

import java.util.Locale;

/**
 * Limits of the length of a text, in UTF-16 units: on runs of five million, regular expressions in
 * native code end the JVM.
 */
final class TextLength {
  /** The limit for a user's text. */
  static final int MOST = 2_000_000;

  /**
   * The limit for a text with markers for special tokens, which are longer than the tokens. A run
   * of this length is tried in no more ways than {@link LinearRegex} allows, which stays below the
   * native engine's ten million steps.
   */
  static final int MOST_MARKED = 2 * MOST;

  private TextLength() {}

  /**
   * Checks a length.
   *
   * @throws IllegalArgumentException if it is more than allowed
   */
  static void require(long length, int most) {
    if (length > most) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "text must have at most %d characters, but has: %d", most, length));
    }
  }
}
