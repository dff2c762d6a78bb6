package io.github.tess2.spi;

import com.google.common.primitives.ImmutableIntArray;

/**
 * What a {@link MaskedSampler} sees of one step of one request. Rows are generated positions,
 * counted from 0 to G−1. What is asked of a row that is not open is 0.
 */
public interface MaskedStep {
  /** {@return which step this is, from 1 to {@link #total()}} */
  int step();

  /** {@return T} */
  int total();

  /** {@return G, how many rows there are} */
  int rows();

  /** {@return the rows that have no token yet, ascending, at least one} */
  ImmutableIntArray open();

  /**
   * {@return the token predicted at a row: the likeliest where the request is greedy, else a draw}
   *
   * @param row an open one
   */
  int token(int row);

  /**
   * {@return the probability of that token in softmax(logits), in [0, 1]}
   *
   * @param row an open one
   */
  double probability(int row);

  /**
   * {@return the probability of that token in what it was drawn from: softmax(logits / temperature)
   * within top-p and top-k, in [0, 1]}
   *
   * @param row an open one
   */
  double drawnFrom(int row);

  /**
   * {@return what {@link MaskedSampler#measure()} asked for, of what the token was drawn from}
   *
   * @param row an open one
   */
  double measure(int row);

  /**
   * {@return a random number in (0, 1): the same whenever it is asked for}
   *
   * @param row any
   */
  double uniform(int row);
}
