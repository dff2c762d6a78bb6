package io.github.tess2.spi;

/**
 * Decides whether a request ends before its last step. Its text is then the prediction of the last
 * step that was run. Immutable and thread-safe: the state of a request is in its {@link Run}.
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
 * <p>The predictions are read after each step, which requires waiting for the GPU, so no criterion
 * is used unless one is set. A criterion that uses {@link Prediction#spent()} makes the answer
 * depend on the machine.
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
     * The current window is done: a canvas of several blocks continues with the next block, and any
     * other request ends.
     */
    SETTLED,
    /** The request ends, even if there are more blocks. */
    STOP
  }

  /**
   * Starts one request, or one candidate of it. Called before its first step.
   *
   * @param request the properties of the request
   * @return the criterion's state for the request
   * @throws IllegalArgumentException if this criterion does not suit the request
   */
  Run begin(DecodingRequest request);

  /** The criterion of one request. Used by one thread at a time. */
  @FunctionalInterface
  interface Run {
    /**
     * Called after each step except the last one of a window. An exception ends only its own
     * request.
     *
     * @param prediction the step's prediction
     * @return how to continue
     */
    Verdict after(Prediction prediction);
  }
}
