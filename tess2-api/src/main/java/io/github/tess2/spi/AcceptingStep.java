package io.github.tess2.spi;

import com.google.common.primitives.ImmutableDoubleArray;

/**
 * What an {@link AcceptingSampler} sees of one step of one request. Rows are the generated
 * positions that are computed now, counted from 0.
 */
public interface AcceptingStep {
  /** {@return which step of its window this is, from 1 to {@link #total()}} */
  int step();

  /** {@return how many steps a window takes} */
  int total();

  /** {@return how many rows there are, at least 1} */
  int rows();

  /** {@return the greatest probability of each row in softmax(logits / temperature), in [0, 1]} */
  ImmutableDoubleArray probabilities();

  /** {@return the entropy of each row's softmax(logits / temperature), in nats, at least 0} */
  ImmutableDoubleArray entropies();
}
