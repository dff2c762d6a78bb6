package io.github.tess2.spi;

import com.google.common.primitives.ImmutableDoubleArray;

/**
 * What an {@link AcceptingSampler} sees of one step of one request. Rows are the generated
 * positions of the current window, counted from 0.
 */
public interface AcceptingStep {
  /** {@return the number of this step within its window, from 1 to {@link #total()}} */
  int step();

  /** {@return the number of steps per window} */
  int total();

  /** {@return the number of rows, at least 1} */
  int rows();

  /** {@return the highest probability of each row in softmax(logits / temperature), in [0, 1]} */
  ImmutableDoubleArray probabilities();

  /** {@return the entropy of each row's softmax(logits / temperature), in nats, at least 0} */
  ImmutableDoubleArray entropies();
}
