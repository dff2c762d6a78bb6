package io.github.tess2.spi;

/**
 * Decides when a request is done before its last step: its text is then what the last step run has
 * predicted. Immutable and thread-safe: what belongs to one request lives in its {@link Run}.
 *
 * <pre>{@code
 * // Done as soon as every token of the answer has a probability of at least 0.99.
 * StoppingCriterion sure =
 *     request ->
 *         prediction ->
 *             prediction.probabilities().subArray(0, prediction.answerRows()).stream()
 *                     .allMatch(p -> p >= 0.99)
 *                 ? StoppingCriterion.Verdict.SETTLED
 *                 : StoppingCriterion.Verdict.CONTINUE;
 * }</pre>
 *
 * <p>The predictions are read after each step, for which a GPU waits; so there is no criterion
 * unless one is asked for. An answer that depends on {@link Prediction#spent()} depends on the
 * machine.
 */
@FunctionalInterface
public interface StoppingCriterion {
  /** Never stops, and reads nothing. */
  StoppingCriterion NONE = request -> prediction -> Verdict.CONTINUE;

  /** What to do after a step. */
  enum Verdict {
    /** Run the next step. */
    CONTINUE,
    /**
     * What is on the canvas is done: a canvas that grows by blocks goes on with the next one, any
     * other request ends.
     */
    SETTLED,
    /** The request ends, whatever is still to come. */
    STOP
  }

  /**
   * Begins to watch one request, or one candidate of it. Called before its first step.
   *
   * @param request what is known of it
   * @return what watches it
   * @throws IllegalArgumentException if this criterion does not fit the request
   */
  Run begin(DecodingRequest request);

  /** The criterion of one request. Used by one thread at a time. */
  @FunctionalInterface
  interface Run {
    /**
     * Judges a step, but for the last one of a window. What it throws ends its request only.
     *
     * @param prediction what the step has predicted
     * @return what to do
     */
    Verdict after(Prediction prediction);
  }
}
