package io.github.tess2;

/** Why a generation ended. */
public enum FinishReason {
  /** The answer ends with the end-of-sequence token. */
  END_OF_SEQUENCE,
  /** The answer fills the whole canvas (always so for an infill). */
  LENGTH,
  /** It was cancelled; the result holds what the last step run had. */
  CANCELLED
}
