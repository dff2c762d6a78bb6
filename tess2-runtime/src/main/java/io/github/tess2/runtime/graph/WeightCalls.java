package io.github.tess2.runtime.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** The graph's methods that read, convert and test weights {@code [out,in]}. */
public final class WeightCalls {
  private final Graph graph;

  WeightCalls(Graph graph) {
    this.graph = graph;
  }

  /**
   * {@return a weight read from a file}
   *
   * @param owner the owner of the result
   * @param raw its bytes, uint8
   * @param stored its format in the file
   * @param wanted its format in the result
   * @param shape its shape
   */
  public NDArray load(NDManager owner, NDArray raw, DType stored, DType wanted, long... shape) {
    return graph
        .call("load_weight")
        .tensor(raw)
        .ints(stored.code(), wanted.code())
        .ints(shape)
        .one(owner);
  }

  /**
   * {@return a weight plus scale · left · right, cast}
   *
   * @param owner the owner of the result
   * @param weight {@code [out,in]}, float32; overwritten
   * @param left {@code [out,r]}, float32
   * @param right {@code [r,in]}, float32
   * @param scale the factor of the product
   * @param wanted the format of the result
   */
  public NDArray addProduct(
      NDManager owner, NDArray weight, NDArray left, NDArray right, double scale, DType wanted) {
    return graph
        .call("add_product")
        .tensor(weight)
        .tensor(left)
        .tensor(right)
        .reals(scale)
        .ints(wanted.code())
        .one(owner);
  }

  /**
   * {@return some rows of a weight plus scale · b · a}
   *
   * @param owner the owner of the result
   * @param rows {@code [out,in]}
   * @param a {@code [r,in]}
   * @param b {@code [out,r]}
   * @param scale the factor of the product
   */
  public NDArray mergeAdapter(NDManager owner, NDArray rows, NDArray a, NDArray b, double scale) {
    return graph.call("merge_adapter").tensor(rows).tensor(a).tensor(b).reals(scale).one(owner);
  }

  /**
   * A quantized weight.
   *
   * @param weight {@code [out,in]}, one byte per number
   * @param scale the scale of each row, {@code [out]}, float32
   */
  public record Quantized(NDArray weight, NDArray scale) {}

  /**
   * {@return a quantized weight, not yet laid out for the products}
   *
   * @param owner the owner of the result
   * @param weight {@code [out,in]}, float32
   * @param wanted a format with one byte per number
   */
  public Quantized quantize(NDManager owner, NDArray weight, DType wanted) {
    NDList found = graph.call("quantize_weight").tensor(weight).ints(wanted.code()).all(owner);
    return new Quantized(found.get(0), found.get(1));
  }

  /**
   * {@return a quantized weight laid out for the products}
   *
   * @param owner the owner of the result
   * @param weight {@code [out,in]}, one byte per number
   */
  public NDArray pack(NDManager owner, NDArray weight) {
    return graph.call("pack_weight").tensor(weight).one(owner);
  }

  /**
   * {@return x·Wᵀ, {@code [R,out]}}
   *
   * @param owner the owner of the result
   * @param x {@code [R,in]}
   * @param weight the result of {@link #pack}, with its scale
   */
  NDArray product(NDManager owner, NDArray x, Quantized weight) {
    return graph
        .call("quantized_product")
        .tensor(x)
        .tensor(weight.weight())
        .tensor(weight.scale())
        .one(owner);
  }

  /**
   * {@return the relative error of products with quantized weights at the greatest numbers}
   *
   * @param manager the manager to work in
   * @param like a tensor on the device, in the precision of the activations
   * @param shape the shape of the weights
   * @param format the format of the weights, one byte per number
   */
  double quantizedError(NDManager manager, NDArray like, ProductShape shape, DType format) {
    try (NDArray error =
        graph
            .call("quantized_error")
            .tensor(like)
            .ints(shape.out(), shape.in())
            .ints(format.code())
            .one(manager)) {
      return error.getDouble();
    }
  }

  /**
   * {@return whether products on the CPU compute a row the same whatever rows it is batched with}
   *
   * @param manager the manager to work in
   * @param dtype the format that is computed in
   * @param shape the shape of the weights
   * @param counts the numbers of rows to try
   */
  boolean keepsRowsApart(NDManager manager, DType dtype, ProductShape shape, long... counts) {
    try (NDArray answer =
        graph
            .call("keeps_rows_apart")
            .ints(dtype.code(), shape.out(), shape.in(), shape.transposed() ? 1 : 0)
            .ints(counts)
            .one(manager)) {
      return answer.getLong() != 0;
    }
  }
}
