package io.github.tess2.spi;

import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import java.time.Duration;

/**
 * The prediction of a step, for a {@link StoppingCriterion} or {@link CanvasPolicy}. Rows are the
 * generated positions that have been predicted so far, starting with the first; these are all
 * positions unless the canvas policy generates them in parts. Immutable.
 */
public interface Prediction {
  /** {@return the number of steps that the request has run, including this one} */
  int steps();

  /**
   * {@return the number of steps that the current window has run, including this one, from 1 to
   * {@link #total()}}
   */
  int step();

  /** {@return the number of steps per window, normally T} */
  int total();

  /** {@return the likeliest token of each row} */
  ImmutableIntArray tokenIds();

  /** {@return the probability of each of these tokens, in [0, 1]} */
  ImmutableDoubleArray probabilities();

  /** {@return the entropy of each row's distribution, in nats, at least 0} */
  ImmutableDoubleArray entropies();

  /**
   * {@return the number of rows of the answer, up to and including its first end-of-sequence token;
   * all rows if there is no such token or the request is an infill}
   */
  int answerRows();

  /** {@return whether the answer has an end-of-sequence token} */
  boolean ended();

  /** {@return the time since the request's first step began, including other requests' steps} */
  Duration spent();
}
