package io.github.tess2.runtime.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** The graph's methods that read, convert and try weights {@code [out,in]}. */
public final class WeightCalls {
  private final Graph graph;

  WeightCalls(Graph graph) {
    this.graph = graph;
  }

  /**
   * {@return a weight out of a file}
   *
   * @param owner of the result
   * @param raw its bytes, uint8
   * @param stored what it is in the file
   * @param wanted what it becomes
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
   * @param owner of the result
   * @param weight {@code [out,in]}, float32; used up
   * @param left {@code [out,r]}, float32
   * @param right {@code [r,in]}, float32
   * @param scale of the product
   * @param wanted what the sum becomes
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
   * @param owner of the result
   * @param rows {@code [out,in]}
   * @param a {@code [r,in]}
   * @param b {@code [out,r]}
   * @param scale of the product
   */
  public NDArray mergeAdapter(NDManager owner, NDArray rows, NDArray a, NDArray b, double scale) {
    return graph.call("merge_adapter").tensor(rows).tensor(a).tensor(b).reals(scale).one(owner);
  }

  /**
   * A quantized weight.
   *
   * @param weight {@code [out,in]}, one byte a number
   * @param scale of each row, {@code [out]}, float32
   */
  public record Quantized(NDArray weight, NDArray scale) {}

  /**
   * {@return a weight quantized, not yet laid out for the products}
   *
   * @param owner of the result
   * @param weight {@code [out,in]}, float32
   * @param wanted a format of one byte a number
   */
  public Quantized quantize(NDManager owner, NDArray weight, DType wanted) {
    NDList found = graph.call("quantize_weight").tensor(weight).ints(wanted.code()).all(owner);
    return new Quantized(found.get(0), found.get(1));
  }

  /**
   * {@return a quantized weight laid out for the products}
   *
   * @param owner of the result
   * @param weight {@code [out,in]}, one byte a number
   */
  public NDArray pack(NDManager owner, NDArray weight) {
    return graph.call("pack_weight").tensor(weight).one(owner);
  }

  /**
   * {@return x·Wᵀ, {@code [R,out]}}
   *
   * @param owner of the result
   * @param x {@code [R,in]}
   * @param weight as {@link #pack} laid it out, with its scale
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
   * {@return how far products with quantized weights are off at the greatest numbers, as a share}
   *
   * @param manager to work in
   * @param like a tensor on the device, in the precision of the activations
   * @param shape of the weights
   * @param format of the weights, one byte a number
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
   * {@return whether products on the CPU compute a row alike whatever rows it is batched with}
   *
   * @param manager to work in
   * @param dtype what is computed in
   * @param shape of the weights
   * @param counts numbers of rows to try
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
