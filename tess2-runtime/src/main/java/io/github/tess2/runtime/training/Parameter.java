package io.github.tess2.runtime.training;

import java.util.List;

/**
 * One trained tensor: what the checkpoint's file holds under one or more names, joined along the
 * first dimension as the graph wants it.
 *
 * @param parts what it is made of, in order
 * @param kind how it begins in a fresh model, and whether it decays
 */
record Parameter(List<Part> parts, Kind kind) {
  /** How a parameter begins, and whether weight decay applies. */
  enum Kind {
    /** Normal with deviation 0.02. */
    MATRIX,
    /** Ones, and no weight decay. */
    NORM
  }

  /**
   * A tensor of the checkpoint.
   *
   * @param name its name there
   * @param rows its first dimension
   * @param columns its second, 0 for a vector
   */
  record Part(String name, int rows, int columns) {
    long[] shape() {
      return columns == 0 ? new long[] {rows} : new long[] {rows, columns};
    }

    long elements() {
      return (long) rows * Math.max(1, columns);
    }
  }

  int rows() {
    return parts.stream().mapToInt(Part::rows).sum();
  }

  long[] shape() {
    int columns = parts.get(0).columns();
    return columns == 0 ? new long[] {rows()} : new long[] {rows(), columns};
  }

  long elements() {
    return parts.stream().mapToLong(Part::elements).sum();
  }
}
