package io.github.tess2.runtime.graph;

import ai.djl.Device;
import io.github.tess2.Precision;
import java.util.Locale;

/** How {@code y = x·Wᵀ} is computed. */
public enum LinearKernel {
  /** PyTorch's own choice; works everywhere. */
  ATEN("product_aten"),
  /**
   * oneDNN for float32 on x86 CPUs, where PyTorch would call MKL: the same result to rounding, at
   * twice the speed on AMD processors (docs/benchmarks.md).
   */
  ONEDNN("product_onednn");

  private final String resource;

  LinearKernel(String resource) {
    this.resource = resource;
  }

  String resource() {
    return resource;
  }

  /**
   * {@return the faster kernel for a device and precision}
   *
   * @param device where it computes
   * @param precision what it computes in
   */
  public static LinearKernel fastest(Device device, Precision precision) {
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    boolean x86 = arch.equals("amd64") || arch.equals("x86_64");
    // PyTorch for the Mac has no oneDNN.
    boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac");
    return precision == Precision.FP32 && !device.isGpu() && x86 && !mac ? ONEDNN : ATEN;
  }
}
