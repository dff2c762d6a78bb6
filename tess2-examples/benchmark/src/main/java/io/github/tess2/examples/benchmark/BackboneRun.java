package io.github.tess2.examples.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.tess2.runtime.model.DiffusionModel;
import java.util.Arrays;

/**
 * Runs the part of a step that any model of this size has: the decoder, and the head on the
 * generated rows.
 */
final class BackboneRun {
  /**
   * Rows that the head computes at once on a CPU, and below on a GPU, so that its output stays
   * small.
   */
  private static final int CPU_HEAD_ROWS = 64;

  private static final int GPU_HEAD_ROWS = 1024;

  private final DiffusionModel model;
  private final int[] lengths;
  private final int generated;

  BackboneRun(DiffusionModel model, Workload workload) {
    this.model = model;
    this.lengths = new int[workload.batch()];
    Arrays.fill(lengths, workload.prompt() + workload.length());
    this.generated = workload.batch() * workload.length();
  }

  /** Runs once and returns the time in milliseconds. */
  double millis() {
    try (NDManager scope = model.manager().newSubManager()) {
      int rows = Arrays.stream(lengths).sum();
      NDArray ids = scope.arange(rows).toType(DataType.INT64, false);
      NDArray inputs = model.selectRows(scope, model.backbone().embedding(), ids);
      NDArray wanted = scope.arange(generated).toType(DataType.INT64, false);
      long start = System.nanoTime();
      NDArray hidden = model.backbone().decodeRows(scope, inputs, lengths, wanted);
      float last = 0;
      int atOnce = scope.getDevice().isGpu() ? GPU_HEAD_ROWS : CPU_HEAD_ROWS;
      for (int from = 0; from < generated; from += atOnce) {
        last = head(scope, hidden, from, Math.min(from + atOnce, generated));
      }
      double millis = (System.nanoTime() - start) / 1e6;
      if (Float.isNaN(last)) {
        throw new IllegalStateException("a logit must be a number, but is: NaN");
      }
      return millis;
    }
  }

  /** Reads one logit back, so that an asynchronous device has finished. */
  private float head(NDManager scope, NDArray hidden, int from, int to) {
    try (NDManager chunk = scope.newSubManager()) {
      NDArray rows = model.graph().sliceRows(chunk, hidden, from, to);
      return model.logits(chunk, rows).get(0).getFloat(0);
    }
  }
}
