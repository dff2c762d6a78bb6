package io.github.tess2.runtime.graph;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.github.tess2.DeviceException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The TorchScript module. Each of its methods has one typed method in Java: those for any tensors
 * are here, all others in the classes named …Calls. Thread-safe.
 *
 * <p>No call runs in PyTorch's inference mode, because tensors made in it could never take part in
 * a gradient later. {@link Autograd} controls whether operations are recorded for a gradient.
 *
 * <p>All calls throw {@link DeviceException} if they fail, for example because memory is short.
 */
public final class Graph implements AutoCloseable {
  private final NDManager manager;
  private final PtSymbolBlock block;
  private final KernelSet kernels;
  private final SamplingCalls sampling = new SamplingCalls(this);
  private final RelaxationCalls relaxation = new RelaxationCalls(this);
  private final WeightCalls weights = new WeightCalls(this);
  private final OptimizerCalls optimizer = new OptimizerCalls(this);

  private Graph(NDManager manager, PtSymbolBlock block, KernelSet kernels) {
    this.manager = manager;
    this.block = block;
    this.kernels = kernels;
  }

  /**
   * Loads the graph. The caller closes it.
   *
   * @param device the device on which it computes
   * @param kernel how matrix products are computed
   */
  public static Graph load(Device device, LinearKernel kernel) {
    return load(device, KernelSet.of(device, kernel));
  }

  /**
   * Loads the graph with chosen kernels. The caller closes it.
   *
   * @param device the device on which it computes
   * @param kernels how layers compute; a GPU's {@link DeviceKernels} work on a CPU too
   */
  public static Graph load(Device device, KernelSet kernels) {
    // Not as a DJL model: each DJL model creates a temporary folder and leaves it until the JVM
    // ends.
    NDManager manager = NDManager.newBaseManager(device, "PyTorch");
    try {
      ByteArrayInputStream archive = new ByteArrayInputStream(ScriptArchive.pack(kernels));
      return new Graph(
          manager, JniUtils.loadModule((PtNDManager) manager, archive, false, false), kernels);
    } catch (IOException e) {
      manager.close();
      throw new UncheckedIOException("the TorchScript graph could not be loaded", e);
    } catch (RuntimeException e) {
      manager.close();
      throw new DeviceException("the TorchScript graph could not be loaded: " + e.getMessage(), e);
    }
  }

  /** {@return how layers compute} */
  public KernelSet kernels() {
    return kernels;
  }

  /** Begins a call of a method in {@code __torch__.py}. */
  GraphCall call(String method) {
    return new GraphCall(this, method);
  }

  NDList run(NDManager owner, String method, List<IValue> inputs) {
    try {
      return ModuleCalls.call((PtNDManager) owner, block, method, inputs);
    } catch (EngineException e) {
      throw new DeviceException(method + " failed on the device: " + firstLine(e), e);
    }
  }

  /** {@return the methods from logits to tokens and states} */
  public SamplingCalls sampling() {
    return sampling;
  }

  /** {@return the methods between a reward and the probabilities that it sees} */
  public RelaxationCalls relaxation() {
    return relaxation;
  }

  /** {@return the methods that read and convert weights} */
  public WeightCalls weights() {
    return weights;
  }

  /** {@return the methods that update trained weights} */
  public OptimizerCalls optimizer() {
    return optimizer;
  }

  /**
   * Joins tensors along their first dimension.
   *
   * @param owner the owner of the result
   * @param parts at least one
   * @return all their rows in order; the part itself if there is only one
   */
  public NDArray concatenate(NDManager owner, List<NDArray> parts) {
    return parts.size() == 1 ? parts.get(0) : call("concatenate").tensors(parts).one(owner);
  }

  /**
   * Takes some rows of a tensor, sharing its memory.
   *
   * @param owner the owner of the result
   * @param x any tensor
   * @param from the first row
   * @param to the end of the rows, exclusive
   * @return the rows
   */
  public NDArray sliceRows(NDManager owner, NDArray x, int from, int to) {
    return call("slice_rows").tensor(x).ints(from, to).one(owner);
  }

  /**
   * Copies rows of a tensor.
   *
   * @param owner the owner of the result
   * @param x {@code [R,H]}
   * @param rows int64 {@code [N]} on any device; −1 for a row of zeros
   * @return {@code [N,H]}
   */
  public NDArray selectRows(NDManager owner, NDArray x, NDArray rows) {
    return call("select_rows").tensor(x).tensor(rows).one(owner);
  }

  /**
   * {@return a tensor on the device of another; the tensor itself if it is there already}
   *
   * @param owner the owner of the result
   * @param x any tensor
   * @param like any tensor on the device
   */
  public NDArray beside(NDManager owner, NDArray x, NDArray like) {
    return call("beside").tensor(x).tensor(like).one(owner);
  }

  /**
   * {@return logits in float32, {@code [C,V]}}
   *
   * @param owner the owner of the result
   * @param hidden states, {@code [C,H]}
   * @param head {@code [V,H]}
   */
  public NDArray head(NDManager owner, NDArray hidden, NDArray head) {
    return call("head").tensor(hidden).tensor(head).one(owner);
  }

  /**
   * {@return a tensor in float32, for Java to read}
   *
   * @param owner the owner of the result
   * @param x any tensor
   */
  public NDArray toFloat(NDManager owner, NDArray x) {
    return call("to_float").tensor(x).one(owner);
  }

  /**
   * {@return the bytes of a tensor, for Java to write, uint8}
   *
   * @param owner the owner of the result
   * @param x any tensor
   * @param dtype the type to which it is cast first
   */
  public NDArray toBytes(NDManager owner, NDArray x, DType dtype) {
    return call("to_bytes").tensor(x).ints(dtype.code()).one(owner);
  }

  /**
   * Draws random numbers. Those of a row depend only on the row's key.
   *
   * @param owner the owner of the result
   * @param kind their distribution
   * @param like any tensor on the device on which to draw
   * @param width the number of values in a row
   * @param keys one for each row, any 64 bits; rows with different keys are independent
   * @return {@code [rows,width]}, float32
   */
  public NDArray random(
      NDManager owner, RandomKind kind, NDArray like, int width, LongStream keys) {
    return call(kind.method()).tensor(like).ints(keys.toArray()).ints(width).one(owner);
  }

  private static String firstLine(EngineException e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    // TorchScript puts its call stack first and the cause after "RuntimeError: ".
    int cause = message.lastIndexOf("Error: ");
    String tail = cause < 0 ? message : message.substring(cause);
    return tail.lines().findFirst().orElse(tail);
  }

  @Override
  public void close() {
    manager.close();
  }
}
