package io.github.tess2;

/** Why a generation ended. */
public enum FinishReason {
  /** The answer ends with the end-of-sequence token. */
  END_OF_SEQUENCE,
  /** The answer fills the whole canvas (always so for an infill). */
  LENGTH,
  /**
   * Its {@link io.github.tess2.spi.StoppingCriterion} found it done before its last step; the
   * result holds what that step had.
   */
  STOPPING_CRITERION,
  /** It was cancelled; the result holds what the last step run had. */
  CANCELLED
}
