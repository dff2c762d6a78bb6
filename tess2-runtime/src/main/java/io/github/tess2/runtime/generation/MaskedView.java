package io.github.tess2.runtime.generation;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.MaskedStep;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a sampler sees of a step: values of the open rows, and random numbers if it asks for them.
 */
final class MaskedView implements MaskedStep {
  /** Columns of {@link #set}. */
  private static final int COLUMNS = 4;

  private final int step;
  private final int total;
  private final ImmutableIntArray open;
  private final double[] predicted;
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
    this.predicted = new double[rows.count() * COLUMNS];
    this.random = random;
  }

  /** Notes the graph's results for a row, at an index of {@code found}. */
  void set(int row, double[] found, int index) {
    System.arraycopy(found, index * COLUMNS, predicted, row * COLUMNS, COLUMNS);
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
    return (int) at(row, 0);
  }

  @Override
  public double probability(int row) {
    return at(row, 1);
  }

  @Override
  public double drawnFrom(int row) {
    return at(row, 2);
  }

  @Override
  public double measure(int row) {
    return at(row, 3);
  }

  @Override
  public double uniform(int row) {
    check(row);
    if (uniforms == null) {
      uniforms = random.get();
    }
    return uniforms[row * (uniforms.length / rows)];
  }

  private double at(int row, int column) {
    check(row);
    return predicted[row * COLUMNS + column];
  }

  private void check(int row) {
    if (row < 0 || row >= rows) {
      throw new IndexOutOfBoundsException(
          String.format(Locale.ROOT, "row must be in [0, %d), but is: %d", rows, row));
    }
  }
}
