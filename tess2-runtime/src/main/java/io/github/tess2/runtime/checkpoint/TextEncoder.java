package io.github.tess2.runtime.checkpoint;

import java.util.List;

/** Splits texts into ids; nothing in a user's text becomes a special token. Thread-safe. */
interface TextEncoder extends AutoCloseable {

  /**
   * Encodes spans as one text.
   *
   * @throws IllegalArgumentException if a text has half a surrogate pair
   * @throws IllegalStateException after {@link #close}
   */
  int[] encode(List<TextSpan> spans);

  /**
   * Encodes a user's text that continues other text: no space is put before it.
   *
   * @throws IllegalArgumentException if the text has half a surrogate pair
   * @throws IllegalStateException after {@link #close}
   */
  int[] encodeContinuation(String text);

  /** Frees the native tokenizer. Closing again does nothing. */
  @Override
  void close();
}
