package io.github.tess2;

import org.jspecify.annotations.Nullable;

/**
 * The thread that waits for the answer was interrupted. The call ended before its next step and
 * freed its memory; the thread's interrupt flag is still set.
 */
public final class GenerationInterruptedException extends Tess2Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param cause the exception that reported the interrupt, or null if the flag was checked
   */
  public GenerationInterruptedException(@Nullable Throwable cause) {
    super("the generating thread was interrupted", cause);
  }
}
