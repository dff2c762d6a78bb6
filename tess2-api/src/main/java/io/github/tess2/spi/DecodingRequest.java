package io.github.tess2.spi;

/**
 * What a {@link StoppingCriterion}, {@link CanvasPolicy} or {@link PromptCache} knows of the
 * request it is for.
 */
public interface DecodingRequest {
  /** {@return G, how many positions may be generated, at least 1} */
  int rows();

  /** {@return how many steps the times of the step grid are} */
  int total();

  /** {@return whether the answer ends at its first end-of-sequence token; not so for an infill} */
  boolean endsAtEos();
}
