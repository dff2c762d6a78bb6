package io.github.tess2.runtime.generation;

import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.engine.GpuMemory;
import io.github.tess2.runtime.graph.DType;
import io.github.tess2.runtime.model.DiffusionModel;

/** The default limit of the rows in a step, which bounds the memory of its activations. */
final class RowBudget {
  private static final int CPU_ROWS = 4096;
  private static final int LEAST_GPU_ROWS = 1024;
  private static final int MOST_GPU_ROWS = 32_768;

  /**
   * The fraction of the memory that the weights leave free: guidance and running requests need
   * memory too.
   */
  private static final int GPU_SHARE = 4;

  /**
   * The size of a layer's tensors that exist at once, as multiples of the hidden and the inner
   * width.
   */
  private static final int HIDDEN_WIDTHS = 8;

  private static final int INNER_WIDTHS = 4;

  private RowBudget() {}

  static int of(DiffusionModel model) {
    if (!model.manager().getDevice().isGpu()) {
      return CPU_ROWS;
    }
    long free =
        model.devices().stream().mapToLong(gpu -> GpuMemory.of(gpu).free()).min().orElseThrow();
    return gpuRows(free, model.config(), DType.of(model.precision()).bytes());
  }

  /** {@return the number of rows that need at most that fraction of a number of bytes} */
  static int gpuRows(long free, ModelConfig config, int bytes) {
    long row =
        (long) bytes
            * ((long) HIDDEN_WIDTHS * config.hiddenSize()
                + (long) INNER_WIDTHS * config.intermediateSize());
    long rows = free / GPU_SHARE / row;
    return (int) Math.max(LEAST_GPU_ROWS, Math.min(MOST_GPU_ROWS, rows));
  }
}
