package io.github.tess2.spi;

/**
 * Sets the times of a request's steps, from noise (t near 1) to text (t near 0). Stateless and
 * thread-safe.
 *
 * <pre>{@code
 * // Twice as dense near the end as near the beginning.
 * StepGrid late =
 *     request -> {
 *       int steps = request.steps();
 *       double[] times = new double[steps];
 *       for (int i = 0; i < steps; i++) {
 *         double share = (double) (steps - 1 - i) / steps;
 *         times[i] = share * (1 + share) / 2;
 *       }
 *       return times;
 *     };
 * }</pre>
 */
@FunctionalInterface
public interface StepGrid {
  /** The properties of the request that a grid is for. */
  interface Request {
    /** {@return the number of steps that the user requested, T, at least 1} */
    int steps();

    /** {@return the vocabulary size V, at least 1} */
    int vocabularySize();

    /** {@return the simplex value k, greater than 0} */
    double simplexValue();

    /**
     * {@return ᾱ(t) of the request's noise schedule, in (0, 1], non-increasing in t}
     *
     * @param t the time, in [0, 1]
     */
    double alphaBar(double t);
  }

  /**
   * Returns the times. The model receives each time as input, and the state at time t has the noise
   * level ᾱ(t). The answer is read at the last time.
   *
   * @param request the properties of the request
   * @return strictly falling times in [0, 1), at least one and at most {@value
   *     io.github.tess2.OptionsBuilder#MAX_STEPS}; normally {@link Request#steps()} of them, ending
   *     at 0
   */
  double[] times(Request request);
}
