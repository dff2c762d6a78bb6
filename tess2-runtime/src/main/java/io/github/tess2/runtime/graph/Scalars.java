package io.github.tess2.runtime.graph;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Passes numbers to the graph as small tensors. They are always on the CPU, so that reading them
 * needs no synchronization with the device.
 */
public final class Scalars {
  private Scalars() {}

  /**
   * {@return integers as an int64 tensor, owned by a CPU child of the manager}
   *
   * @param manager the manager; closing it frees the tensor
   * @param values the numbers
   */
  public static NDArray ints(NDManager manager, long... values) {
    return onCpu(manager).create(values, new Shape(values.length));
  }

  /**
   * {@return reals as a float64 tensor, owned by a CPU child of the manager}
   *
   * @param manager the manager; closing it frees the tensor
   * @param values the numbers
   */
  public static NDArray reals(NDManager manager, double... values) {
    return onCpu(manager).create(values, new Shape(values.length));
  }

  /** Pairs of integers as an int64 tensor {@code [N,2]}. */
  static NDArray pairs(NDManager manager, long... values) {
    return onCpu(manager).create(values, new Shape(values.length / 2, 2));
  }

  private static NDManager onCpu(NDManager manager) {
    return manager.getDevice().isGpu() ? manager.newSubManager(Device.cpu()) : manager;
  }
}
