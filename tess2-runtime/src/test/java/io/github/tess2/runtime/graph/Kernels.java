package io.github.tess2.runtime.graph;

import ai.djl.Device;
import io.github.tess2.DeviceException;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import java.util.List;

/** The capabilities of the CPU that runs the tests. */
public final class Kernels {
  private Kernels() {}

  /** Whether a kernel for 8-bit integers works on this CPU without overflowing. */
  public static boolean multiply(WeightKernel kernel) {
    KernelSet kernels = KernelSet.of(Device.cpu(), LinearKernel.ATEN).with(kernel);
    return QuantizedChoice.works(
        Device.cpu(),
        kernels,
        Precision.FP32,
        WeightFormat.INT8,
        List.of(new ProductShape(64, 64, false)));
  }

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
