package io.github.tess2.runtime.checkpoint;

import java.util.List;

/**
 * One weight of a model in the form that the graph uses: one or more tensors of a checkpoint,
 * joined along the first dimension.
 *
 * @param sources the checkpoint's tensors, in order
 * @param kind the kind of weight
 */
public record ModelWeight(List<Source> sources, Kind kind) {
  /**
   * The kind of a weight, which determines its initial values in a new model and whether it decays.
   */
  public enum Kind {
    /** A matrix, initially normal with standard deviation 0.02. */
    MATRIX,
    /** The scale of a norm: initially ones, and without weight decay. */
    NORM,
    /** A bias, which is added to a product. */
    BIAS
  }

  /**
   * A tensor of a checkpoint.
   *
   * @param name its name in Llama's files
   * @param rows its first dimension
   * @param columns its second, 0 for a vector
   */
  public record Source(String name, int rows, int columns) {
    /** {@return its dimensions} */
    public long[] shape() {
      return columns == 0 ? new long[] {rows} : new long[] {rows, columns};
    }

    /** {@return the number of elements} */
    public long elements() {
      return (long) rows * Math.max(1, columns);
    }
  }

  /** Copies the list. */
  public ModelWeight {
    sources = List.copyOf(sources);
  }

  static ModelWeight matrix(Source... sources) {
    return new ModelWeight(List.of(sources), Kind.MATRIX);
  }

  static ModelWeight bias(Source... sources) {
    return new ModelWeight(List.of(sources), Kind.BIAS);
  }

  static ModelWeight norm(String name, int width) {
    return new ModelWeight(List.of(new Source(name, width, 0)), Kind.NORM);
  }

  /** {@return the names of the checkpoint's tensors, in order} */
  public List<String> names() {
    return sources.stream().map(Source::name).toList();
  }

  /** {@return the first dimension} */
  public int rows() {
    return sources.stream().mapToInt(Source::rows).sum();
  }

  /** {@return the dimensions} */
  public long[] shape() {
    int columns = sources.get(0).columns();
    return columns == 0 ? new long[] {rows()} : new long[] {rows(), columns};
  }

  /** {@return the number of elements} */
  public long elements() {
    return sources.stream().mapToLong(Source::elements).sum();
  }
}
