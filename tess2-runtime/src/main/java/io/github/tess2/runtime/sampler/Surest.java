package io.github.tess2.runtime.sampler;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Comparator;
import java.util.function.IntToDoubleFunction;

/** Chooses the rows whose confidence is greatest. */
final class Surest {
  private Surest() {}

  /**
   * The surest rows; among equals the first.
   *
   * @param open to choose from
   * @param end behind the last row that may be chosen
   * @param count how many at most
   * @param confidence of a row
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
