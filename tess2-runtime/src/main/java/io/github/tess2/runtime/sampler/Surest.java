package io.github.tess2.runtime.sampler;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Comparator;
import java.util.function.IntToDoubleFunction;

/** Chooses the rows with the greatest confidence. */
final class Surest {
  private Surest() {}

  /**
   * Chooses the most confident rows; among equals, the first.
   *
   * @param open the open rows, from which to choose
   * @param end end of the rows that may be chosen, exclusive
   * @param count the greatest number of rows to choose
   * @param confidence the confidence of a row
   */
  static ImmutableIntArray of(
      ImmutableIntArray open, int end, int count, IntToDoubleFunction confidence) {
    return ImmutableIntArray.copyOf(
        open.stream()
            .filter(row -> row < end)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer row) -> -confidence.applyAsDouble(row)))
            .limit(count)
            .mapToInt(Integer::intValue));
  }
}
