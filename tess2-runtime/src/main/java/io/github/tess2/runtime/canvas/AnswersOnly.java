package io.github.tess2.runtime.canvas;

import io.github.tess2.spi.DecodingRequest;

/** Shared by the canvas policies that change the window. */
final class AnswersOnly {
  private AnswersOnly() {}

  /**
   * {@return a request whose answer ends at its end of sequence}
   *
   * @throws IllegalArgumentException if it is an infill
   */
  static DecodingRequest check(DecodingRequest request) {
    if (!request.endsAtEos()) {
      throw new IllegalArgumentException(
          "the prompt must be a chat or raw text, whose answer has an end, but is: an infill");
    }
    return request;
  }
}
