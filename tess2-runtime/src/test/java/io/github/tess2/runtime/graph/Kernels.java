package io.github.tess2.runtime.graph;

import ai.djl.Device;
import io.github.tess2.DeviceException;
import io.github.tess2.Precision;

/** What the CPU that runs the tests can do. */
public final class Kernels {
  private Kernels() {}

  /** Whether this CPU has a kernel in a precision: oneDNN's bfloat16 wants AVX-512 or better. */
  public static boolean compute(LinearKernel kernel, Precision precision) {
    try (Graph graph = Graph.load(Device.cpu(), kernel)) {
      KernelChoice.keepsRowsApart(graph, kernel, precision, new ProductShape(8, 8, false));
      return true;
    } catch (DeviceException e) {
      if (e.getMessage().contains("could not create a primitive")) {
        return false;
      }
      throw e;
    }
  }
}
