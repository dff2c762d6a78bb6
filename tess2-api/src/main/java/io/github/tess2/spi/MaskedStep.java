package io.github.tess2.spi;

import com.google.common.primitives.ImmutableIntArray;

/**
 * What a {@link MaskedSampler} sees of one step of one request. Rows are the generated positions,
 * from 0 to G−1. A row is open while it is masked; for other rows every value except {@link
 * #uniform} is 0.
 */
public interface MaskedStep {
  /** {@return the number of this step, from 1 to {@link #total()}} */
  int step();

  /** {@return the number of steps, T} */
  int total();

  /** {@return the number of rows, G} */
  int rows();

  /** {@return the rows without a final token, ascending, at least one} */
  ImmutableIntArray open();

  /**
   * {@return the token predicted at a row: the likeliest one if the request is greedy, otherwise a
   * draw}
   *
   * @param row an open row
   */
  int token(int row);

  /**
   * {@return the probability of that token in softmax(logits), in [0, 1]}
   *
   * @param row an open row
   */
  double probability(int row);

  /**
   * {@return the probability of that token in the distribution that it was drawn from:
   * softmax(logits / temperature) restricted by top-p and top-k, in [0, 1]}
   *
   * @param row an open row
   */
  double drawnFrom(int row);

  /**
   * {@return the {@link MaskedSampler#measure()} of the distribution that the token was drawn from}
   *
   * @param row an open row
   */
  double measure(int row);

  /**
   * {@return a random number in (0, 1), the same at each call}
   *
   * @param row any row
   */
  double uniform(int row);
}
