package io.github.tess2;

import static com.google.common.base.Preconditions.checkElementIndex;
import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableDoubleArray;

/**
 * How sure the model is of each token: the softmax of its (guided) logits at temperature 1.
 *
 * @param perToken the probability of the shown token at each generated position, in [0, 1]
 */
public record Confidence(ImmutableDoubleArray perToken) {
  /**
   * Checks the part.
   *
   * @param perToken as the component
   * @throws NullPointerException if it is null
   */
  public Confidence {
    requireNonNull(perToken, "per token");
  }

  /**
   * {@return the probability of one token}
   *
   * @param index of the generated position, from 0
   * @throws IndexOutOfBoundsException if there is no such position
   */
  public double at(int index) {
    checkElementIndex(index, perToken.length(), "token");
    return perToken.get(index);
  }

  /**
   * {@return the mean over all tokens, in [0, 1]; 0 where there is none} Nothing vouches for an
   * empty answer, so that it passes no threshold and comes behind every other.
   */
  public double mean() {
    return perToken.stream().average().orElse(0);
  }
}
