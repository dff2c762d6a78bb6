package io.github.tess2.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.training.AdamW;
import io.github.tess2.training.LearningRate;
import io.github.tess2.training.TrainingStage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares AdamW with clipping, and the learning rates, with PyTorch and transformers. */
class OptimizerGoldenTest {
  @Test
  void optimizer_fourSteps_movesTheWeightsAsTorchDoes() {
    Goldens.Case golden = Goldens.named("optimizer");
    double tolerance = golden.number("tolerance_relative");
    double[] betas = golden.parameter("betas", double[].class);
    AdamW settings =
        AdamW.builder()
            .beta1(betas[0])
            .beta2(betas[1])
            .epsilon(golden.number("eps"))
            .weightDecay(golden.number("weight_decay"))
            .maxGradientNorm(golden.number("max_norm"))
            .build();
    LearningRate rate =
        LearningRate.builder(golden.number("peak_learning_rate"))
            .warmupSteps(golden.integer("warmup_steps"))
            .build();
    double[] losses = golden.value("losses", double[].class);
    double[] norms = golden.value("gradient_norms", double[].class);
    TrainingBatch batch = GoldenRun.batch(golden.parameter("ids", int[][].class));
    for (int row = 0; row < batch.tokens(); row++) {
      batch.target(row);
    }
    // The timestep's weight does not affect the loss, but must decay too.
    try (GoldenRun run =
        new GoldenRun(
            golden, TrainingStage.AUTOREGRESSIVE, TrainingStage.INSTRUCTION, null, new float[0])) {
      Optimizer optimizer = new Optimizer(run.graph, run.manager, run.weights.trained(), settings);
      Map<String, float[]> before = run.byName(new NDList(run.weights.trained().values()));
      for (int step = 0; step < losses.length; step++) {
        try (NDManager scope = run.manager.newSubManager()) {
          NDList found = run.losses.gradients(scope, batch);
          assertThat((double) found.get(0).getFloat())
              .as("loss before step %d", step)
              .isCloseTo(losses[step], within(tolerance * losses[step]));
          assertThat(
                  optimizer.step(scope, found.subNDList(1), step + 1, rate.at(step, losses.length)))
              .as("norm at step %d", step)
              .isCloseTo(norms[step], within(tolerance * norms[step]));
        }
        if (step > 0) {
          GoldenRun.assertGroup(
              golden,
              "update_" + step,
              minus(run.byName(new NDList(run.weights.trained().values())), before),
              tolerance);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void step_gradientNotFinite_changesNothing(float value) {
    Goldens.Case golden = Goldens.named("optimizer");
    TrainingBatch batch = GoldenRun.batch(golden.parameter("ids", int[][].class));
    for (int row = 0; row < batch.tokens(); row++) {
      batch.target(row);
    }
    try (GoldenRun run = new GoldenRun(golden, TrainingStage.AUTOREGRESSIVE, new float[0]);
        NDManager scope = run.manager.newSubManager()) {
      Optimizer optimizer =
          new Optimizer(run.graph, run.manager, run.weights.trained(), AdamW.DEFAULT);
      optimizer.step(scope, run.losses.gradients(scope, batch).subNDList(1), 1, 1e-3);
      List<float[]> before = values(run, optimizer);
      NDList gradients = run.losses.gradients(scope, batch).subNDList(1);
      gradients.get(3).set(new NDIndex(0), value);

      double norm = optimizer.step(scope, gradients, 2, 1e-3);

      assertThat(norm).isNotFinite();
      assertThat(values(run, optimizer)).usingRecursiveComparison().isEqualTo(before);
    }
  }

  private static List<float[]> values(GoldenRun run, Optimizer optimizer) {
    return Stream.of(run.weights.trained(), optimizer.means(), optimizer.squares())
        .flatMap(tensors -> tensors.values().stream())
        .map(NDArray::toFloatArray)
        .toList();
  }

  private static Map<String, float[]> minus(
      Map<String, float[]> after, Map<String, float[]> before) {
    Map<String, float[]> differences = new HashMap<>();
    after.forEach(
        (name, values) -> {
          float[] difference = values.clone();
          for (int i = 0; i < difference.length; i++) {
            difference[i] -= before.get(name)[i];
          }
          differences.put(name, difference);
        });
    return differences;
  }

  @Test
  void learningRate_everyStep_isTransformers() {
    Goldens.Case golden = Goldens.named("learning-rates");
    assertThat(rates(golden, LearningRate.Shape.COSINE))
        .containsExactly(golden.value("cosine", double[].class), within(1e-12));
    assertThat(rates(golden, LearningRate.Shape.CONSTANT))
        .containsExactly(golden.value("constant", double[].class), within(1e-12));
    assertThat(rates(golden, LearningRate.Shape.LINEAR))
        .containsExactly(golden.value("linear", double[].class), within(1e-12));
  }

  @Test
  void learningRate_thatEndsAboveZero_isThePublishedRewardModels() {
    Goldens.Case golden = Goldens.named("learning-rates");
    assertThat(rates(golden, LearningRate.Shape.LINEAR, golden.number("end_share")))
        .containsExactly(golden.value("linear_to_end", double[].class), within(1e-12));
  }

  private static double[] rates(Goldens.Case golden, LearningRate.Shape shape) {
    return rates(golden, shape, 0);
  }

  private static double[] rates(Goldens.Case golden, LearningRate.Shape shape, double endShare) {
    int total = golden.integer("total_steps");
    LearningRate rate =
        LearningRate.builder(1)
            .warmupSteps(golden.integer("warmup_steps"))
            .shape(shape)
            .endShare(endShare)
            .build();
    double[] rates = new double[total];
    for (int step = 0; step < total; step++) {
      rates[step] = rate.at(step, total);
    }
    return rates;
  }
}
