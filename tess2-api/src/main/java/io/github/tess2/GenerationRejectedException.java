package io.github.tess2;

/**
 * A request was not begun because too many others wait: the queue was full, or it waited longer
 * than it may. Nothing was computed, so it can be sent again later, or elsewhere.
 */
public final class GenerationRejectedException extends Tess2Exception {
  private static final long serialVersionUID = 1L;

  private final int waiting;

  /**
   * Creates the exception.
   *
   * @param message the rule and the values
   * @param waiting requests that were waiting
   */
  public GenerationRejectedException(String message, int waiting) {
    super(message);
    this.waiting = waiting;
  }

  /** {@return how many requests were waiting for their first step} */
  public int waiting() {
    return waiting;
  }
}
