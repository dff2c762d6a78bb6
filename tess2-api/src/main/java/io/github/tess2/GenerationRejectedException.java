package io.github.tess2;

/**
 * A request was not started because too many others were waiting: the queue was full, or the
 * request waited longer than allowed. Nothing was computed, so it can be sent again later or
 * elsewhere.
 */
public final class GenerationRejectedException extends Tess2Exception {
  private static final long serialVersionUID = 1L;

  private final int waiting;

  /**
   * Creates the exception.
   *
   * @param message the rule and the values
   * @param waiting number of requests that were waiting
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
