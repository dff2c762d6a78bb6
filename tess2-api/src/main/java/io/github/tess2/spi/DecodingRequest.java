package io.github.tess2.spi;

/**
 * The properties of a request that a {@link StoppingCriterion}, {@link CanvasPolicy} or {@link
 * PromptCache} can see.
 */
public interface DecodingRequest {
  /** {@return the most positions that may be generated, G, at least 1} */
  int rows();

  /** {@return the number of steps, which is the number of times in the step grid} */
  int total();

  /** {@return whether the answer ends at its first end-of-sequence token; false for an infill} */
  boolean endsAtEos();
}
