package io.github.tess2.runtime.graph;

/**
 * The predictions of a masked diffusion model at some rows, read from the graph's {@code
 * masked_candidates}.
 */
public final class MaskedPredictions {
  /** Columns of the graph's result: token, probability, probability among the kept, measure. */
  private static final int COLUMNS = 4;

  private final double[] values;

  /** Reads the graph's result, {@code [C,4]}, row by row. */
  MaskedPredictions(double[] values) {
    this.values = values;
  }

  /**
   * Creates the predictions of rows that are filled in by {@link #set}.
   *
   * @param rows the number of rows
   */
  public MaskedPredictions(int rows) {
    this.values = new double[rows * COLUMNS];
  }

  /**
   * Copies a row.
   *
   * @param row the row here
   * @param found other predictions
   * @param index the row there
   */
  public void set(int row, MaskedPredictions found, int index) {
    System.arraycopy(found.values, index * COLUMNS, values, row * COLUMNS, COLUMNS);
  }

  /** {@return the predicted token of a row} */
  public int token(int row) {
    return (int) values[row * COLUMNS];
  }

  /** {@return the token's probability} */
  public double probability(int row) {
    return values[row * COLUMNS + 1];
  }

  /** {@return the token's probability in the distribution that it was drawn from} */
  public double drawnFrom(int row) {
    return values[row * COLUMNS + 2];
  }

  /** {@return the additional value that was asked for} */
  public double measure(int row) {
    return values[row * COLUMNS + 3];
  }
}
