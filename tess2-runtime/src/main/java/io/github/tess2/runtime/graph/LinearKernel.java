package io.github.tess2.runtime.graph;

import ai.djl.Device;
import io.github.tess2.Precision;
import java.util.List;
import java.util.Locale;

/** How {@code y = x·Wᵀ} is computed. */
public enum LinearKernel {
  /** PyTorch's own choice; works everywhere. */
  ATEN("product_aten"),
  /**
   * oneDNN for float32 on x86 CPUs, where PyTorch would call MKL: the same result to rounding, at
   * twice the speed on AMD processors with AVX-512 (docs/benchmarks.md).
   */
  ONEDNN("product_onednn"),
  /**
   * PyTorch's own choice, 16 rows at a time: for cases in which it computes a row differently among
   * other rows.
   */
  BLOCKS("product_blocks");

  private final String resource;

  LinearKernel(String resource) {
    this.resource = resource;
  }

  String resource() {
    return resource;
  }

  /** The kernels to choose from for a device and precision, the fastest first. */
  static List<LinearKernel> candidates(Device device, Precision precision) {
    if (device.isGpu()) {
      return List.of(ATEN);
    }
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    boolean x86 = arch.equals("amd64") || arch.equals("x86_64");
    // PyTorch for the Mac has no oneDNN.
    boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac");
    return precision == Precision.FP32 && x86 && !mac
        ? List.of(ONEDNN, ATEN, BLOCKS)
        : List.of(ATEN, BLOCKS);
  }
}
