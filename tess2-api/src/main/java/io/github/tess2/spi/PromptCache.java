package io.github.tess2.spi;

/**
 * Decides at which passes the whole sequence is computed. At the others the keys and values of the
 * positions that do not change, the prompt's, are those of the last whole pass, and only the
 * positions that are generated go through the model's layers. Immutable and thread-safe: what
 * belongs to one request lives in its {@link Run}.
 *
 * <p>This is an approximation wherever the prompt sees the answer, as it does in a bidirectional
 * model. In a causal one it changes nothing but rounding.
 *
 * <pre>{@code
 * // The whole sequence at the first four passes, while the answer takes shape, and then never again.
 * PromptCache early = request -> pass -> pass <= 4;
 * }</pre>
 *
 * <p>A request then keeps {@code 2 × layers × L × key-value heads × head dimension} numbers of the
 * computed precision on the device, L being the length of its sequence; those of all requests that
 * are under way together have at most as many rows as a step computes. They are freed with the
 * request. A pass is whole, whatever is answered, where there is nothing to go on from: the first
 * one of a request, and the first one after its {@linkplain CanvasPolicy canvas} has changed. A
 * guidance that asks for a prediction under another prompt gets an exact one.
 */
@FunctionalInterface
public interface PromptCache {
  /** Computes the whole sequence at every pass, and keeps nothing. */
  PromptCache NONE = request -> pass -> true;

  /**
   * Begins one request, or one candidate of it. Called before its first pass.
   *
   * @param request what is known of it
   * @return what decides for it
   * @throws IllegalArgumentException if this does not fit the request
   */
  Run begin(DecodingRequest request);

  /** The cache of one request. Used by one thread at a time. */
  @FunctionalInterface
  interface Run {
    /**
     * Says whether a pass computes the whole sequence. It is asked ahead and more than once, and
     * must answer the same for the same pass: the answer must not depend on time, on what else
     * runs, or on anything but the request. What it throws ends its request only.
     *
     * @param pass which pass of the model it is, from 1 in each window of the canvas
     * @return whether the keys and values of all positions are computed anew
     */
    boolean refreshes(int pass);
  }
}
