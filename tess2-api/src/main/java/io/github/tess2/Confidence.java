package io.github.tess2;

import static com.google.common.base.Preconditions.checkElementIndex;
import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableDoubleArray;

/**
 * The model's confidence in each token: the softmax of its (guided) logits at temperature 1.
 *
 * @param perToken the probability of the predicted token at each generated position, in [0, 1]
 */
public record Confidence(ImmutableDoubleArray perToken) {
  /**
   * Checks the value.
   *
   * @param perToken the probability of the predicted token at each generated position
   * @throws NullPointerException if the probabilities are null
   */
  public Confidence {
    requireNonNull(perToken, "per token");
  }

  /**
   * {@return the probability of one token}
   *
   * @param index of the generated position, from 0
   * @throws IndexOutOfBoundsException if the index is out of range
   */
  public double at(int index) {
    checkElementIndex(index, perToken.length(), "token");
    return perToken.get(index);
  }

  /**
   * {@return the mean over all tokens, in [0, 1]; 0 if there are none} An empty answer therefore
   * passes no threshold and ranks last.
   */
  public double mean() {
    return perToken.stream().average().orElse(0);
  }
}
