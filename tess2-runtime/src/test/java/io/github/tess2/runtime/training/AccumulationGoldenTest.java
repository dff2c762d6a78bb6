package io.github.tess2.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.training.AdamW;
import io.github.tess2.training.TrainingStage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests optimizer steps of several passes. */
class AccumulationGoldenTest {
  private static final TrainingStage STAGE = TrainingStage.AUTOREGRESSIVE;

  /**
   * Tolerance of float32 sums in a different order, relative to the largest element of a tensor.
   */
  private static final double ROUNDING = 1e-5;

  /** Each sequence of the case as a separate batch. */
  private static List<TrainingBatch> apart(Goldens.Case golden) {
    int[][] ids = golden.parameter("ids", int[][].class);
    int[][] mask = golden.parameter("mask", int[][].class);
    List<TrainingBatch> batches = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      TrainingBatch batch = new TrainingBatch(1, ids[i].length, 0);
      batch.add(ImmutableIntArray.copyOf(ids[i]));
      for (int at = 0; at < ids[i].length; at++) {
        if (mask[i][at] != 0) {
          batch.target(at);
        }
      }
      batches.add(batch);
    }
    return batches;
  }

  private static NDList mean(GoldenRun run, NDManager scope, List<TrainingBatch> batches) {
    Optimizer optimizer =
        new Optimizer(run.graph, run.manager, run.weights.trained(), AdamW.DEFAULT);
    return TrainingRun.meanGradients(scope, run.losses, optimizer, batches);
  }

  /** Both have the same number of targets, so the mean of the two is that of the batch. */
  @Test
  void twoPasses_halvesOfABatch_haveTheOraclesLossAndGradientsOfTheWhole() {
    Goldens.Case golden = Goldens.named("train-ar-all");
    double tolerance = golden.number("tolerance_relative");
    double loss = golden.value("loss", Double.class);
    try (GoldenRun run = new GoldenRun(golden, STAGE, new float[0]);
        NDManager scope = run.manager.newSubManager()) {
      NDList found = mean(run, scope, apart(golden));

      assertThat((double) found.get(0).getFloat()).isCloseTo(loss, within(tolerance * loss));
      GoldenRun.assertGroup(golden, "gradient", run.byName(found.subNDList(1)), tolerance);
    }
  }

  @Test
  void threePasses_ofUnequalBatches_haveTheMeanOfTheirGradients() {
    Goldens.Case golden = Goldens.named("train-ar-answer");
    try (GoldenRun run = new GoldenRun(golden, STAGE, new float[0]);
        NDManager scope = run.manager.newSubManager()) {
      List<TrainingBatch> batches = new ArrayList<>(apart(golden));
      batches.add(batches.get(0));
      List<NDList> single =
          batches.stream().map(batch -> run.losses.gradients(scope, batch)).toList();

      NDList found = mean(run, scope, batches);

      assertThat(found).hasSameSizeAs(single.get(0));
      for (int i = 0; i < found.size(); i++) {
        assertMean(found.get(i).toFloatArray(), at(single, i));
      }
    }
  }

  private static List<float[]> at(List<NDList> lists, int index) {
    return lists.stream().map(list -> list.get(index).toFloatArray()).toList();
  }

  private static void assertMean(float[] actual, List<float[]> parts) {
    double largest = 0;
    double error = 0;
    for (int i = 0; i < actual.length; i++) {
      double sum = 0;
      for (float[] part : parts) {
        sum += part[i];
      }
      largest = Math.max(largest, Math.abs(sum / parts.size()));
      error = Math.max(error, Math.abs(actual[i] - sum / parts.size()));
    }
    assertThat(largest).isPositive();
    assertThat(error).isLessThanOrEqualTo(ROUNDING * largest);
  }
}
