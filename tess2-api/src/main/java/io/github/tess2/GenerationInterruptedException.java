package io.github.tess2;

import org.jspecify.annotations.Nullable;

/**
 * The thread that generates was interrupted. Its call ended before its next step and freed all it
 * held; the thread's interrupt flag is still set.
 */
public final class GenerationInterruptedException extends Tess2Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param cause what told of the interrupt, or null where the flag did
   */
  public GenerationInterruptedException(@Nullable Throwable cause) {
    super("the generating thread was interrupted", cause);
  }
}
