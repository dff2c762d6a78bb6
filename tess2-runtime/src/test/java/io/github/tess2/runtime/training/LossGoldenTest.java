package io.github.tess2.runtime.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.primitives.Floats;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Precision;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.WeightLayout;
import io.github.tess2.training.Lora;
import io.github.tess2.training.TrainingStage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares loss and gradients of one step of every stage with the oracle, for its weights, masks,
 * noise and timesteps; tolerance 1e-4 in float32.
 */
class LossGoldenTest {
  /**
   * Tolerance in bf16: relative for losses, and relative to the largest element of the tensor for
   * gradients.
   */
  private static final double COARSE = 2e-2;

  private static final double COARSE_GRADIENT = 0.15;

  private static final List<String> SIDES = List.of("chosen", "rejected");

  static Stream<Goldens.Case> autoregressive() {
    return Goldens.ofKind("train-ar").stream();
  }

  static Stream<Goldens.Case> diffusion() {
    return Goldens.ofKind("train-diffusion").stream();
  }

  static Stream<Goldens.Case> reward() {
    return Goldens.ofKind("train-reward").stream();
  }

  @ParameterizedTest
  @MethodSource("autoregressive")
  void autoregressive_oneStep_hasTheOraclesLossAndGradients(Goldens.Case golden) {
    assertStep(golden, TrainingStage.AUTOREGRESSIVE, new float[0], targets(golden));
  }

  @ParameterizedTest
  @MethodSource("diffusion")
  void diffusion_oneStep_hasTheOraclesLossAndGradients(Goldens.Case golden) {
    assertStep(golden, TrainingStage.INSTRUCTION, golden.input("noise"), noisy(golden));
  }

  @ParameterizedTest
  @MethodSource("diffusion")
  void diffusion_withoutTheMixturesGradient_hasTheOraclesPublishedOne(Goldens.Case golden) {
    assertPublished(golden, TrainingStage.ADAPTATION, golden.input("noise"), noisy(golden));
  }

  @Test
  void reward_withoutTheMixturesGradient_hasTheOraclesPublishedOne() {
    Goldens.Case golden = Goldens.named("train-reward-noisy");
    assertPublished(golden, TrainingStage.REWARD, pairNoise(golden), pairs(golden));
  }

  private static void assertPublished(
      Goldens.Case golden, TrainingStage stage, float[] noise, TrainingBatch batch) {
    double tolerance = golden.number("tolerance_relative");
    double loss = golden.value("loss", Double.class);
    String embedding = "model.embed_tokens.weight";
    try (GoldenRun run = GoldenRun.published(golden, stage, noise);
        NDManager scope = run.manager.newSubManager()) {
      NDList found = run.losses.gradients(scope, batch);

      assertThat((double) found.get(0).getFloat()).isCloseTo(loss, within(tolerance * loss));
      Map<String, float[]> gradients = new HashMap<>(run.byName(found.subNDList(1)));
      GoldenRun.assertGroup(
          golden,
          "published_gradient",
          Map.of(embedding, requireNonNull(gradients.remove(embedding))),
          tolerance);
      GoldenRun.assertThose(golden, "gradient", gradients, tolerance);
    }
  }

  @Test
  void adapters_oneStep_haveTheOraclesLossAndGradients() {
    Goldens.Case golden = Goldens.named("train-lora");
    Lora lora =
        Lora.builder(golden.integer("rank"))
            .alpha(golden.number("alpha"))
            .targets(
                Arrays.stream(golden.parameter("targets", String[].class))
                    .map(module -> Lora.Target.valueOf(module.toUpperCase(Locale.ROOT)))
                    .collect(Collectors.toSet()))
            .build();
    TrainingStage stage = TrainingStage.ADAPTATION;
    try (GoldenRun run = new GoldenRun(golden, stage, stage, lora, golden.input("noise"))) {
      Tensors trained = run.weights.trained();
      for (int i = 0; i < trained.layout().size(); i++) {
        String name = trained.layout().get(i).sources().get(0).name();
        if (!name.equals(WeightLayout.TIME)) {
          trained.value(i).set(golden.input(name));
        }
      }

      assertStep(golden, run, noisy(golden));
    }
  }

  @ParameterizedTest
  @MethodSource("autoregressive")
  void autoregressive_inBf16_hasNearlyTheOraclesLossAndGradients(Goldens.Case golden) {
    assertNearStep(golden, TrainingStage.AUTOREGRESSIVE, new float[0], targets(golden));
  }

  @ParameterizedTest
  @MethodSource("diffusion")
  void diffusion_inBf16_hasNearlyTheOraclesLossAndGradients(Goldens.Case golden) {
    assertNearStep(golden, TrainingStage.INSTRUCTION, golden.input("noise"), noisy(golden));
  }

  @ParameterizedTest
  @MethodSource("reward")
  void reward_inBf16_hasNearlyTheOraclesLossAndGradients(Goldens.Case golden) {
    assertNearStep(golden, TrainingStage.REWARD, pairNoise(golden), pairs(golden));
  }

  private static void assertNearStep(
      Goldens.Case golden, TrainingStage stage, float[] noise, TrainingBatch batch) {
    double loss = golden.value("loss", Double.class);
    try (GoldenRun run = new GoldenRun(golden, stage, noise, Precision.BF16);
        NDManager scope = run.manager.newSubManager()) {
      NDList found = run.losses.gradients(scope, batch);

      assertThat((double) found.get(0).getFloat()).isCloseTo(loss, within(COARSE * loss));
      assertThat(found).extracting(NDArray::getDataType).containsOnly(DataType.FLOAT32);
      GoldenRun.assertGroup(golden, "gradient", run.byName(found.subNDList(1)), COARSE_GRADIENT);
    }
  }

  private static TrainingBatch noisy(Goldens.Case golden) {
    int[][] mask = golden.parameter("mask", int[][].class);
    int[] timesteps = golden.integers("timesteps");
    TrainingBatch batch = targets(golden);
    for (int i = 0; i < mask.length; i++) {
      for (int at = 0; at < mask[i].length; at++) {
        if (mask[i][at] != 0) {
          batch.hide(i * mask[i].length + at, timesteps[i]);
        }
      }
    }
    batch.noise(0, golden.parameter("self_conditioned", Boolean.class));
    return batch;
  }

  @ParameterizedTest
  @MethodSource("reward")
  void reward_oneStep_hasTheOraclesLossAndGradients(Goldens.Case golden) {
    assertStep(golden, TrainingStage.REWARD, pairNoise(golden), pairs(golden));
  }

  @Test
  void reward_scoredAtTheLastPositionOfNoisyPadding_hasTheOraclesLossAndGradients() {
    Goldens.Case golden = Goldens.named("train-reward-padded");
    TrainingBatch batch = pairs(golden);
    batch.padToLast();
    assertStep(golden, TrainingStage.REWARD, pairNoise(golden), batch);
  }

  /** The pairs of a case: the chosen sides, then the rejected ones. */
  private static TrainingBatch pairs(Goldens.Case golden) {
    boolean noisy = golden.parameter("noisy", Boolean.class);
    int[][] chosen = golden.parameter("chosen", int[][].class);
    int[][] rejected = golden.parameter("rejected", int[][].class);
    int longest =
        Stream.concat(Arrays.stream(chosen), Arrays.stream(rejected))
            .mapToInt(ids -> ids.length)
            .max()
            .orElseThrow();
    TrainingBatch batch = new TrainingBatch(chosen.length, longest, 0);
    int[][][] sides = {chosen, rejected};
    for (int side = 0; side < sides.length; side++) {
      for (int i = 0; i < sides[side].length; i++) {
        int start = batch.add(ImmutableIntArray.copyOf(sides[side][i]));
        if (noisy) {
          int t = golden.parameter("timesteps", int[][].class)[i][side];
          for (int at = 0; at < sides[side][i].length; at++) {
            batch.hide(start + at, t);
          }
        }
      }
    }
    return batch;
  }

  private static float[] pairNoise(Goldens.Case golden) {
    List<float[]> noise = new ArrayList<>();
    if (golden.parameter("noisy", Boolean.class)) {
      for (String side : SIDES) {
        for (int i = 0; i < golden.parameter(side, int[][].class).length; i++) {
          noise.add(golden.input("noise/%d/%s".formatted(i, side)));
        }
      }
    }
    return Floats.concat(noise.toArray(float[][]::new));
  }

  private static TrainingBatch targets(Goldens.Case golden) {
    int[][] mask = golden.parameter("mask", int[][].class);
    TrainingBatch batch = GoldenRun.batch(golden.parameter("ids", int[][].class));
    for (int i = 0; i < mask.length; i++) {
      for (int at = 0; at < mask[i].length; at++) {
        if (mask[i][at] != 0) {
          batch.target(i * mask[i].length + at);
        }
      }
    }
    return batch;
  }

  private static void assertStep(
      Goldens.Case golden, TrainingStage stage, float[] noise, TrainingBatch batch) {
    try (GoldenRun run = new GoldenRun(golden, stage, noise)) {
      assertStep(golden, run, batch);
    }
  }

  private static void assertStep(Goldens.Case golden, GoldenRun run, TrainingBatch batch) {
    double tolerance = golden.number("tolerance_relative");
    try (NDManager scope = run.manager.newSubManager()) {
      NDList found = run.losses.gradients(scope, batch);

      double loss = golden.value("loss", Double.class);
      assertThat((double) found.get(0).getFloat())
          .as("loss")
          .isCloseTo(loss, within(tolerance * loss));
      assertThat(run.losses.loss(scope, batch))
          .as("loss alone")
          .isCloseTo(loss, within(tolerance * loss));
      NDList gradients = found.subNDList(1);
      double norm = golden.value("gradient_norm", Double.class);
      assertThat(GoldenRun.norm(gradients)).as("norm").isCloseTo(norm, within(tolerance * norm));
      GoldenRun.assertGroup(golden, "gradient", run.byName(gradients), tolerance);
    }
  }
}
