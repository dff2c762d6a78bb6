package io.github.tess2.spi;

/**
 * Decides which passes compute the whole sequence. The other passes reuse the prompt's keys and
 * values from the last whole pass, and only the generated positions go through the model's layers.
 * Immutable and thread-safe: the state of a request is in its {@link Run}.
 *
 * <p>This is an approximation if the prompt attends to the answer, as in a bidirectional model. In
 * a causal model it changes only the rounding.
 *
 * <pre>{@code
 * // The whole sequence at the first four passes, while the answer takes shape, and then never again.
 * PromptCache early = request -> pass -> pass <= 4;
 * }</pre>
 *
 * <p>A request with a cache keeps {@code 2 × layers × L × key-value heads × head dimension} numbers
 * in the compute precision on the device, where L is the length of its sequence. The caches of all
 * running requests together have at most as many rows as a step computes. They are freed with the
 * request. A pass without a cache to reuse is always whole: the first pass of a request, and the
 * first one after its {@linkplain CanvasPolicy canvas} has changed. A prediction under another
 * prompt, requested by a guidance, is always exact.
 */
@FunctionalInterface
public interface PromptCache {
  /** Computes the whole sequence at every pass, and caches nothing. */
  PromptCache NONE = request -> pass -> true;

  /**
   * Starts one request, or one candidate of it. Called before its first pass.
   *
   * @param request the properties of the request
   * @return the cache policy of the request
   * @throws IllegalArgumentException if this cache does not suit the request
   */
  Run begin(DecodingRequest request);

  /** The cache of one request. Used by one thread at a time. */
  @FunctionalInterface
  interface Run {
    /**
     * Decides whether a pass computes the whole sequence. It may be called in advance and more than
     * once, and must return the same result for the same pass: the result must depend only on the
     * request, not on time or on anything else that is running. An exception ends only its own
     * request.
     *
     * @param pass the number of the pass, from 1 in each window of the canvas
     * @return whether to recompute the keys and values of all positions
     */
    boolean refreshes(int pass);
  }
}
