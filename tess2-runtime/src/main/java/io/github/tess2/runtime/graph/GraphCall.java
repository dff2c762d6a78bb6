package io.github.tess2.runtime.graph;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.DeviceException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * One call of a method of the graph. Arguments are passed in the order of the method's parameters
 * in {@code __torch__.py}. Only the typed methods of this package make calls, so each order is
 * written only once in Java.
 */
final class GraphCall {
  private final Graph graph;
  private final String method;
  private final List<Function<NDManager, IValue>> arguments = new ArrayList<>();

  GraphCall(Graph graph, String method) {
    this.graph = graph;
    this.method = method;
  }

  /** Passes a tensor. */
  @CanIgnoreReturnValue
  GraphCall tensor(NDArray x) {
    arguments.add(numbers -> IValue.from((PtNDArray) x));
    return this;
  }

  /** Passes a list of tensors, which may be empty. */
  @CanIgnoreReturnValue
  GraphCall tensors(List<NDArray> list) {
    arguments.add(numbers -> IValue.listFrom(list.toArray(PtNDArray[]::new)));
    return this;
  }

  /** Passes integers in one int64 tensor. */
  @CanIgnoreReturnValue
  GraphCall ints(long... values) {
    arguments.add(numbers -> IValue.from((PtNDArray) Scalars.ints(numbers, values)));
    return this;
  }

  /** Passes real numbers in one float64 tensor. */
  @CanIgnoreReturnValue
  GraphCall reals(double... values) {
    arguments.add(numbers -> IValue.from((PtNDArray) Scalars.reals(numbers, values)));
    return this;
  }

  /**
   * Passes pairs of integers in one int64 tensor {@code [N,2]}.
   *
   * @param values the first pair's two numbers, then the second's, …
   */
  @CanIgnoreReturnValue
  GraphCall pairs(long... values) {
    arguments.add(numbers -> IValue.from((PtNDArray) Scalars.pairs(numbers, values)));
    return this;
  }

  /**
   * Runs the method.
   *
   * @param owner the owner of the result
   * @return what the method returns, its tuple or list flattened
   * @throws DeviceException if it fails, for example because memory is short
   */
  NDList all(NDManager owner) {
    List<IValue> inputs = new ArrayList<>(arguments.size());
    try (NDManager numbers = owner.newSubManager(Device.cpu())) {
      for (Function<NDManager, IValue> argument : arguments) {
        inputs.add(argument.apply(numbers));
      }
      return graph.run(owner, method, inputs);
    } finally {
      inputs.forEach(IValue::close);
    }
  }

  /**
   * Runs a method that returns one tensor.
   *
   * @param owner the owner of the result
   * @throws DeviceException if it fails, for example because memory is short
   */
  NDArray one(NDManager owner) {
    return all(owner).singletonOrThrow();
  }
}
