package io.github.tess2;

import org.jspecify.annotations.Nullable;

/**
 * The root of every failure this library reports that is not a plain misuse of a method (those are
 * {@link NullPointerException}, {@link IllegalArgumentException} and {@link
 * IllegalStateException}). The message names the thing at fault, the rule it breaks and the value
 * found.
 */
public class Tess2Exception extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the thing, the rule and the value
   */
  public Tess2Exception(String message) {
    super(message);
  }

  /**
   * Creates the exception with what caused it.
   *
   * @param message the thing, the rule and the value
   * @param cause what went wrong below, or null where nothing is known
   */
  public Tess2Exception(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
