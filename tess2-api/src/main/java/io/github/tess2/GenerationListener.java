package io.github.tess2;

/**
 * Observes a generation step by step. Called on the thread that waits for the answer or, in
 * asynchronous calls, on the model's executor. Its request takes no further step until it returns;
 * other requests do not wait for it. An exception that it throws ends the request and is passed to
 * the caller unchanged.
 */
@FunctionalInterface
public interface GenerationListener {
  /** Whether to continue. */
  enum Signal {
    /** Run the next step. */
    CONTINUE,
    /** Stop here; the result's finish reason is {@link FinishReason#CANCELLED}. */
    CANCEL
  }

  /** Ignores all steps; they are not even decoded to text. */
  GenerationListener IGNORE = step -> Signal.CONTINUE;

  /**
   * Called after each step.
   *
   * @param step what the step predicts
   * @return whether to continue
   */
  Signal onStep(DenoisingStep step);
}
