package io.github.tess2.runtime.graph;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.github.tess2.DeviceException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The TorchScript module: calls its methods with tensors, and nothing else. Thread-safe.
 *
 * <p>No call runs in PyTorch's inference mode, because tensors made there could never take part in
 * a gradient later; whether operations are recorded for one is another switch, which only {@link
 * #differentiate} sets.
 */
public final class Graph implements AutoCloseable {
  private final NDManager manager;
  private final PtSymbolBlock block;
  private final KernelSet kernels;

  private Graph(NDManager manager, PtSymbolBlock block, KernelSet kernels) {
    this.manager = manager;
    this.block = block;
    this.kernels = kernels;
  }

  /**
   * Loads the graph. The caller closes it.
   *
   * @param device where it computes
   * @param kernel how matrix products are computed
   */
  public static Graph load(Device device, LinearKernel kernel) {
    return load(device, KernelSet.of(device, kernel));
  }

  /**
   * Loads the graph with kernels of choice. The caller closes it.
   *
   * @param device where it computes
   * @param kernels how layers compute; a GPU's {@link DeviceKernels} work on a CPU too
   */
  public static Graph load(Device device, KernelSet kernels) {
    // Not as a DJL model: each of those makes a temporary folder, and leaves it until the JVM ends.
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

  /**
   * Calls a method.
   *
   * @param manager owner of the result
   * @param method its name in {@code __torch__.py}
   * @param arguments in order; a list is arrays in a row that share a name ending in {@code []}
   * @return what the method returns, its tuple or list flattened; owned by {@code manager}
   * @throws DeviceException if it fails, such as for want of memory
   */
  public NDList call(NDManager manager, String method, NDArray... arguments) {
    List<IValue> inputs = new ArrayList<>(arguments.length);
    try {
      for (int i = 0; i < arguments.length; ) {
        int end = endOfList(arguments, i);
        inputs.add(
            end == i
                ? IValue.from((PtNDArray) arguments[i])
                : list(Arrays.asList(arguments).subList(i, end)));
        i = Math.max(end, i + 1);
      }
      return run(manager, method, inputs);
    } finally {
      inputs.forEach(IValue::close);
    }
  }

  /** Behind the list of arguments that begins at one; that one itself where it is in no list. */
  private static int endOfList(NDArray[] arguments, int start) {
    String name = arguments[start].getName();
    if (name == null || !name.endsWith("[]")) {
      return start;
    }
    int end = start + 1;
    while (end < arguments.length && name.equals(arguments[end].getName())) {
      end++;
    }
    return end;
  }

  private static IValue list(List<NDArray> arrays) {
    return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
  }

  private NDList run(NDManager manager, String method, List<IValue> inputs) {
    try {
      return ModuleCalls.call((PtNDManager) manager, block, method, inputs);
    } catch (EngineException e) {
      throw new DeviceException(method + " failed on the device: " + firstLine(e), e);
    }
  }

  /**
   * Calls a method that returns one tensor.
   *
   * @param manager owner of the result
   * @param method its name in {@code __torch__.py}
   * @param arguments in order; a list is arrays in a row that share a name ending in {@code []}
   * @return what the method returns; owned by {@code manager}
   * @throws DeviceException if it fails, such as for want of memory
   */
  public NDArray call1(NDManager manager, String method, NDArray... arguments) {
    return call(manager, method, arguments).singletonOrThrow();
  }

  /**
   * Calls a method that differentiates: PyTorch records operations on this thread meanwhile.
   *
   * @param manager owner of the result
   * @param method its name in {@code __torch__.py}
   * @param arguments in order; a list is arrays in a row that share a name ending in {@code []}
   * @return what the method returns, its tuple or list flattened; owned by {@code manager}
   * @throws DeviceException if it fails, such as for want of memory
   */
  public NDList differentiate(NDManager manager, String method, NDArray... arguments) {
    // DJL's own gradient collector does the same, but only one may be open in the whole process.
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
    try {
      return call(manager, method, arguments);
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /**
   * Joins tensors along their first dimension.
   *
   * @param manager owner of the result
   * @param parts at least one
   * @return all their rows in order; the very part where there is only one
   */
  public NDArray concatenate(NDManager manager, List<NDArray> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    try (IValue list = list(parts)) {
      return run(manager, "concatenate", List.of(list)).singletonOrThrow();
    }
  }

  /**
   * Takes some rows of a tensor, sharing its memory.
   *
   * @param manager owner of the result
   * @param x any tensor
   * @param from first row
   * @param to behind the last row
   * @return the rows
   */
  public NDArray sliceRows(NDManager manager, NDArray x, int from, int to) {
    try (NDManager scope = manager.newSubManager()) {
      return call1(manager, "slice_rows", x, Scalars.ints(scope, from, to));
    }
  }

  /**
   * Draws random numbers, each row's from a key of its own and from nothing else.
   *
   * @param manager owner of the result
   * @param method {@code normals}, {@code uniforms} (above 0 and below 1) or {@code gumbel}
   * @param like any tensor on the device to draw on
   * @param width numbers of a row
   * @param keys one for each row, any 64 bits, as different as the rows shall be
   * @return {@code [rows,width]}, float32
   */
  public NDArray random(
      NDManager manager, String method, NDArray like, int width, LongStream keys) {
    try (NDManager scope = manager.newSubManager()) {
      long[] ints = LongStream.concat(LongStream.of(width), keys).toArray();
      return call1(manager, method, like, Scalars.ints(scope, ints));
    }
  }

  /**
   * {@return whether autograd has recorded how a tensor came from one that wants a gradient} DJL's
   * own question is answered with no for all but the latter.
   *
   * @param manager for the answer
   * @param x any tensor
   */
  public boolean wantsGradient(NDManager manager, NDArray x) {
    try (NDArray answer = call1(manager, "wants_gradient", x)) {
      return answer.getBoolean();
    }
  }

  private static String firstLine(EngineException e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    // TorchScript puts its call stack first and the cause behind "RuntimeError: ".
    int cause = message.lastIndexOf("Error: ");
    String tail = cause < 0 ? message : message.substring(cause);
    return tail.lines().findFirst().orElse(tail);
  }

  @Override
  public void close() {
    manager.close();
  }
}
