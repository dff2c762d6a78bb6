package io.github.tess2;

/**
 * Follows a generation step by step. It is called on the thread that waits for the answer, or on
 * the model's executor where none does. Its request takes no further step until it returns; others
 * do not wait for it. Whatever it throws ends that request and reaches the caller as it is.
 */
@FunctionalInterface
public interface GenerationListener {
  /** Whether to go on. */
  enum Signal {
    /** Run the next step. */
    CONTINUE,
    /** Stop here: the result's reason is {@link FinishReason#CANCELLED}. */
    CANCEL
  }

  /** Follows nothing; steps are then not even turned into text. */
  GenerationListener IGNORE = step -> Signal.CONTINUE;

  /**
   * Called after each step.
   *
   * @param step what the step predicts
   * @return whether to go on
   */
  Signal onStep(DenoisingStep step);
}
