package io.github.tess2.runtime.generation;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.runtime.graph.MaskedPredictions;
import io.github.tess2.spi.MaskedStep;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a sampler sees of a step: values of the open rows, and random numbers if it asks for them.
 */
final class MaskedView implements MaskedStep {
  private final int step;
  private final int total;
  private final ImmutableIntArray open;
  private final MaskedPredictions predicted;
  private final Supplier<float[]> random;
  private final int rows;
  private float @Nullable [] uniforms;

  /**
   * Creates a step without predictions.
   *
   * @param step the step, from 1
   * @param total T
   * @param rows the request's state
   * @param random the random numbers of all rows, row by row
   */
  MaskedView(int step, int total, MaskedRows rows, Supplier<float[]> random) {
    this.step = step;
    this.total = total;
    this.open = rows.open();
    this.rows = rows.count();
    this.predicted = new MaskedPredictions(rows.count());
    this.random = random;
  }

  /** Notes the prediction for a row, at an index of {@code found}. */
  void set(int row, MaskedPredictions found, int index) {
    predicted.set(row, found, index);
  }

  @Override
  public int step() {
    return step;
  }

  @Override
  public int total() {
    return total;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public ImmutableIntArray open() {
    return open;
  }

  @Override
  public int token(int row) {
    check(row);
    return predicted.token(row);
  }

  @Override
  public double probability(int row) {
    check(row);
    return predicted.probability(row);
  }

  @Override
  public double drawnFrom(int row) {
    check(row);
    return predicted.drawnFrom(row);
  }

  @Override
  public double measure(int row) {
    check(row);
    return predicted.measure(row);
  }

  @Override
  public double uniform(int row) {
    check(row);
    if (uniforms == null) {
      uniforms = random.get();
    }
    return uniforms[row * (uniforms.length / rows)];
  }

  private void check(int row) {
    if (row < 0 || row >= rows) {
      throw new IndexOutOfBoundsException(
          String.format(Locale.ROOT, "row must be in [0, %d), but is: %d", rows, row));
    }
  }
}
