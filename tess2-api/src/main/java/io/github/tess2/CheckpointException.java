package io.github.tess2;

import org.jspecify.annotations.Nullable;

/** A model folder, or a file in it, is missing, damaged or unsupported. */
public final class CheckpointException extends Tess2Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message names what is wrong, the rule and the value
   */
  public CheckpointException(String message) {
    super(message);
  }

  /**
   * Creates the exception with a cause.
   *
   * @param message names what is wrong, the rule and the value
   * @param cause the cause, or null if unknown
   */
  public CheckpointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
