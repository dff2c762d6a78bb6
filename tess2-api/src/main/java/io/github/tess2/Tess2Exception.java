package io.github.tess2;

import org.jspecify.annotations.Nullable;

/**
 * The root of all exceptions of this library, except for plain misuse of a method (which throws
 * {@link NullPointerException}, {@link IllegalArgumentException} and {@link
 * IllegalStateException}). The message names what is wrong, the rule and the value found.
 */
public class Tess2Exception extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message names what is wrong, the rule and the value
   */
  public Tess2Exception(String message) {
    super(message);
  }

  /**
   * Creates the exception with a cause.
   *
   * @param message names what is wrong, the rule and the value
   * @param cause the cause, or null if unknown
   */
  public Tess2Exception(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
