package io.github.tess2;

/**
 * Follows a generation step by step. Called on the thread that generates, so what it does delays
 * the next step; whatever it throws ends that request and reaches the caller as it is.
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
