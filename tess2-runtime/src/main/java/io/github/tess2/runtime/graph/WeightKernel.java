package io.github.tess2.runtime.graph;

import com.google.common.collect.ImmutableMap;
import io.github.tess2.WeightFormat;
import java.util.List;

/** How the weights of a layer are stored, and how products with them are computed. */
public enum WeightKernel {
  /** Stored in the computed precision, multiplied by a {@link LinearKernel}. */
  PLAIN(ImmutableMap.of("weights", "weights_plain")),
  /** Stored in one byte per number, cast before each product: works on every device. */
  DEQUANTIZED(ImmutableMap.of("weights", "weights_dequantized")),
  /** oneDNN's product of 8-bit integers. */
  INT8_ONEDNN(ImmutableMap.of("weights", "weights_int8_onednn", "levels", "levels_127")),
  /** The same with activations of 7 bits, for CPUs whose sums would overflow with 8. */
  INT8_ONEDNN_7BIT(ImmutableMap.of("weights", "weights_int8_onednn", "levels", "levels_63")),
  /** cuBLAS's product of 8-bit integers. */
  INT8_CUDA(ImmutableMap.of("weights", "weights_int8_cuda")),
  /** cuBLAS's product of 8-bit floating point numbers. */
  FP8_CUDA(ImmutableMap.of("weights", "weights_fp8_cuda"));

  private final ImmutableMap<String, String> resources;

  WeightKernel(ImmutableMap<String, String> resources) {
    this.resources = resources;
  }

  /**
   * The files of the graph's source that implement it, by the names under which they are packed.
   */
  ImmutableMap<String, String> resources() {
    return resources;
  }

  /** The kernels to choose from for a format, the best first. */
  static List<WeightKernel> candidates(boolean gpu, WeightFormat format) {
    return switch (format) {
      case UNQUANTIZED -> List.of(PLAIN);
      case INT8 ->
          gpu
              ? List.of(INT8_CUDA, DEQUANTIZED)
              : List.of(INT8_ONEDNN, INT8_ONEDNN_7BIT, DEQUANTIZED);
      case FP8 -> gpu ? List.of(FP8_CUDA) : List.of();
    };
  }
}
