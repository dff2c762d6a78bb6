package io.github.tess2.spi;

import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import java.time.Duration;

/**
 * What a step has predicted, for a {@link StoppingCriterion} or {@link CanvasPolicy}. Rows are the
 * generated positions that have been predicted so far, from the first on; all of them unless a
 * canvas grows. Immutable.
 */
public interface Prediction {
  /** {@return how many steps the request has run, this one included} */
  int steps();

  /**
   * {@return how many the current window has run, this one included: from 1 to {@link #total()}}
   */
  int step();

  /** {@return how many steps a window takes, T as a rule} */
  int total();

  /** {@return the likeliest token of each row} */
  ImmutableIntArray tokenIds();

  /** {@return the probability of each of those, in [0, 1]} */
  ImmutableDoubleArray probabilities();

  /** {@return the entropy of each row's distribution, in nats, at least 0} */
  ImmutableDoubleArray entropies();

  /**
   * {@return how many rows the answer has: up to its first end-of-sequence token, that one
   * included; all where there is none or an infill has no end}
   */
  int answerRows();

  /** {@return whether there is such a token} */
  boolean ended();

  /** {@return the time since the request's first step began, other requests' steps included} */
  Duration spent();
}
