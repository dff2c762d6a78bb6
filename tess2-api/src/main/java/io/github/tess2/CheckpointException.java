package io.github.tess2;

import org.jspecify.annotations.Nullable;

/** A model folder, or a file in it, is missing, damaged or not of a supported kind. */
public final class CheckpointException extends Tess2Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the thing, the rule and the value
   */
  public CheckpointException(String message) {
    super(message);
  }

  /**
   * Creates the exception with what caused it.
   *
   * @param message the thing, the rule and the value
   * @param cause what went wrong below, or null where nothing is known
   */
  public CheckpointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
