package io.github.tess2.examples.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.SelfConditioning;
import io.github.tess2.runtime.model.DiffusionModel;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One pass of a model over a sequence whose last positions are generated, without sampling.
 *
 * @param ids the token ids of the whole sequence
 * @param generated number of positions at the end that are generated
 * @param time t/T, in [0, 1)
 */
record ForwardPass(ImmutableIntArray ids, int generated, double time) {

  /** Makes a tensor on the device of a model. */
  @FunctionalInterface
  interface Input {
    /** Makes {@code [generated,V]}, float32, on the model's device. */
    NDArray make(NDManager owner);
  }

  /**
   * Computes logits.
   *
   * @param model the model that computes
   * @param x the noisy simplex
   * @param previous the previous logits that the step is conditioned on
   * @return {@code [generated,V]} row by row
   */
  float[] logits(DiffusionModel model, Input x, Input previous) {
    try (NDManager scope = model.manager().newSubManager()) {
      NDArray canvas =
          model.embed(scope, x.make(scope), previous.make(scope), SelfConditioning.LOGITS_MEAN);
      NDArray rows =
          scope.create(
              IntStream.range(ids.length() - generated, ids.length()).mapToLong(i -> i).toArray());
      float[] times = new float[generated];
      Arrays.fill(times, (float) time);
      NDArray inputs =
          model.assemble(
              scope,
              scope.create(ids.stream().asLongStream().toArray()),
              canvas,
              rows,
              scope.create(times));
      NDArray hidden =
          model.backbone().decodeRows(scope, inputs, new int[] {ids.length()}, rows.sub(1));
      return model.logits(scope, hidden).toFloatArray();
    }
  }
}
