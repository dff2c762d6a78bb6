package io.github.tess2.spi;

/**
 * Which times a request visits on its way from noise (t near 1) to text (t near 0). Stateless and
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
  /** What a grid knows of the request it is for. */
  interface Request {
    /** {@return T, how many steps the user asks for, at least 1} */
    int steps();

    /** {@return V, at least 1} */
    int vocabularySize();

    /** {@return k, the simplex value, greater than 0} */
    double simplexValue();

    /**
     * {@return ᾱ(t) of the request's noise schedule, in (0, 1], falling as t rises}
     *
     * @param t in [0, 1]
     */
    double alphaBar(double t);
  }

  /**
   * Chooses the times. The model is told each of them, and the noise of the state at time t has the
   * level ᾱ(t); the answer is read at the last.
   *
   * @param request what is known of it
   * @return strictly falling times in [0, 1), at least one and at most {@value
   *     io.github.tess2.OptionsBuilder#MAX_STEPS}; as a rule {@link Request#steps()} of them,
   *     ending at 0
   */
  double[] times(Request request);
}
