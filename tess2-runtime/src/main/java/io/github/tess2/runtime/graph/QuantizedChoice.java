package io.github.tess2.runtime.graph;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.DeviceException;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.engine.Devices;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the best kernel for quantized weights by trying kernels at each shape. Not every CPU, GPU
 * and build of PyTorch has every product, some refuse certain shapes, and CPUs without VNNI add up
 * 8-bit products in 16 bits, which overflow.
 */
final class QuantizedChoice {
  /**
   * An exact product of integers differs by the rounding of float32, an FP8 product by that of
   * bfloat16.
   */
  private static final double TOLERANCE = 0.01;

  private QuantizedChoice() {}

  /**
   * {@return the kernel}
   *
   * @param devices the devices that must have it: one, or several GPUs
   * @throws DeviceException if no kernel for the format works on all of them
   */
  static WeightKernel of(
      List<Device> devices,
      KernelSet kernels,
      Precision precision,
      WeightFormat format,
      Collection<ProductShape> shapes) {
    @Nullable DeviceException reason = null;
    boolean gpu = devices.get(0).isGpu();
    for (WeightKernel candidate : WeightKernel.candidates(gpu, format)) {
      try {
        KernelSet tried = kernels.with(candidate);
        if (devices.stream().allMatch(device -> works(device, tried, precision, format, shapes))) {
          return candidate;
        }
      } catch (DeviceException e) {
        // The next one may work. If none does, this is the reason.
        reason = e;
      }
    }
    throw new DeviceException(
        String.format(
            Locale.ROOT,
            "weights must be in a format that every device can multiply, but no kernel works on %s for: %s%s",
            devices.stream().map(Devices::name).collect(Collectors.joining(", ")),
            format,
            reason == null ? "" : " (" + reason.getMessage() + ")"),
        reason);
  }

  /**
   * Tries a kernel.
   *
   * @throws DeviceException if the device does not have this kernel
   */
  static boolean works(
      Device device,
      KernelSet kernels,
      Precision precision,
      WeightFormat format,
      Collection<ProductShape> shapes) {
    DType stored = DType.of(format, precision);
    try (Graph graph = Graph.load(device, kernels);
        NDManager scope = NDManager.newBaseManager(device, "PyTorch")) {
      NDArray zero = scope.zeros(new Shape(4), ai.djl.ndarray.types.DataType.UINT8);
      NDArray like = graph.weights().load(scope, zero, DType.FLOAT32, DType.of(precision), 1);
      for (ProductShape shape : shapes) {
        if (!(graph.weights().quantizedError(scope, like, shape, stored) <= TOLERANCE)) {
          return false;
        }
      }
      return true;
    }
  }
}
