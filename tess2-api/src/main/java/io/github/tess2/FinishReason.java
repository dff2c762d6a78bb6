package io.github.tess2;

/** Why a generation ended. */
public enum FinishReason {
  /** The answer ends with the end-of-sequence token. */
  END_OF_SEQUENCE,
  /** The answer fills the whole canvas (always the case for an infill). */
  LENGTH,
  /**
   * The {@link io.github.tess2.spi.StoppingCriterion} ended it before its last step; the result is
   * the prediction of the last step that was run.
   */
  STOPPING_CRITERION,
  /** It was cancelled; the result is the prediction of the last step that was run. */
  CANCELLED
}
