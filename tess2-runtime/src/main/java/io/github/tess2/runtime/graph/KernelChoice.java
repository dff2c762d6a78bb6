package io.github.tess2.runtime.graph;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.tess2.DeviceException;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.engine.Threads;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds, by trying, the fastest kernel that computes a row the same whatever rows it is batched
 * with (docs/determinism.md). The behaviour of kernels depends on the CPU's instruction sets and
 * vendor, the number of threads and the shape, so a fixed list would soon be wrong.
 */
public final class KernelChoice {
  /**
   * Numbers of rows around the smallest and greatest numbers that kernels process at a time, 4 to
   * 48.
   */
  private static final long[] COUNTS = {
    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 29, 32, 33, 40, 47, 48, 64, 100, 130, 257
  };

  /** Fewer numbers of rows for large weights, whose products take long. */
  private static final long[] FEW_COUNTS = {17, 19, 22, 48};

  private static final long LARGE = 1 << 22;

  private static final Map<Trial, Boolean> TRIED = new ConcurrentHashMap<>();

  private record Trial(LinearKernel kernel, DType dtype, int threads, ProductShape shape) {}

  private KernelChoice() {}

  /**
   * Loads the graph with the fastest kernels that keep rows apart. The caller closes it.
   *
   * @param devices the devices on which it computes: one, or several GPUs
   * @param precision the precision that it computes in, not {@link Precision#AUTO}
   * @param weights how the weights of layers are stored
   * @param shapes the shapes of all products that it will compute
   * @param layerShapes the shapes of those products whose weights are stored in this format
   * @throws DeviceException if a device lacks the weight format
   */
  public static Graph load(
      List<Device> devices,
      Precision precision,
      WeightFormat weights,
      Collection<ProductShape> shapes,
      Collection<ProductShape> layerShapes) {
    Graph plain = load(devices.get(0), precision, shapes);
    if (weights == WeightFormat.UNQUANTIZED) {
      return plain;
    }
    try (plain) {
      KernelSet kernels = plain.kernels();
      return Graph.load(
          devices.get(0),
          kernels.with(QuantizedChoice.of(devices, kernels, precision, weights, layerShapes)));
    }
  }

  /**
   * Loads the graph with the fastest kernel that keeps rows apart, for unquantized weights. The
   * caller closes it.
   *
   * @param device the device on which it computes
   * @param precision the precision that it computes in, not {@link Precision#AUTO}
   * @param shapes the shapes of all products that it will compute
   */
  public static Graph load(Device device, Precision precision, Collection<ProductShape> shapes) {
    List<LinearKernel> candidates = LinearKernel.candidates(device, precision);
    LinearKernel last = candidates.get(candidates.size() - 1);
    for (LinearKernel kernel : candidates.subList(0, candidates.size() - 1)) {
      @Nullable Graph graph = loadIfRight(device, kernel, precision, shapes);
      if (graph != null) {
        return graph;
      }
    }
    return Graph.load(device, last);
  }

  private static @Nullable Graph loadIfRight(
      Device device, LinearKernel kernel, Precision precision, Collection<ProductShape> shapes) {
    Graph graph = null;
    boolean right = false;
    try {
      graph = Graph.load(device, kernel);
      Graph tried = graph;
      right = shapes.stream().allMatch(shape -> keepsRowsApart(tried, kernel, precision, shape));
    } catch (DeviceException e) {
      // Not every CPU and not every build of PyTorch has every kernel. Any other problem also
      // affects
      // the next kernel; the exception of the last kernel is not caught.
      right = false;
    } finally {
      if (graph != null && !right) {
        graph.close();
      }
    }
    return right ? graph : null;
  }

  /**
   * Tests whether a kernel computes rows the same in batches of many sizes. Small shapes take
   * milliseconds on a CPU; each is tested once per process.
   *
   * @param graph a graph with the kernel, on a CPU
   * @param kernel the kernel of the graph
   * @param precision the precision that it computes in, not {@link Precision#AUTO}
   * @param shape the shape of the weights
   * @throws DeviceException if the CPU does not have this kernel in this precision
   */
  static boolean keepsRowsApart(
      Graph graph, LinearKernel kernel, Precision precision, ProductShape shape) {
    Trial trial = new Trial(kernel, DType.of(precision), Threads.count(), shape);
    Boolean known = TRIED.get(trial);
    if (known != null) {
      return known;
    }
    long[] counts = shape.weights() < LARGE ? COUNTS : FEW_COUNTS;
    try (NDManager scope = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      boolean apart = graph.weights().keepsRowsApart(scope, trial.dtype, shape, counts);
      TRIED.put(trial, apart);
      return apart;
    }
  }
}
