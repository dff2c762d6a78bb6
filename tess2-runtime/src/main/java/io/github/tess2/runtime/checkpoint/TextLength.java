package io.github.tess2.runtime.checkpoint;

import java.util.Locale;

/**
 * How long a text may be, in UTF-16 units: over runs of five million, regular expressions in native
 * code end the JVM.
 */
final class TextLength {
  /** Of a text as its user gives it. */
  static final int MOST = 2_000_000;

  /**
   * Of a text with markers for special tokens, which are longer than those. A run of so many is
   * looked at in no more ways than {@link LinearRegex} allows, which stays below the native
   * engine's ten million steps.
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
