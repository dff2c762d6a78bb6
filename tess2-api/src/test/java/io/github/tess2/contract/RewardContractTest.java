package io.github.tess2.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardProvider;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link Reward} found by name must do. Inherit it and name the provider and, if it
 * needs any, its options. A DJL engine must be in test scope. Texts are split into single letters
 * here.
 */
public abstract class RewardContractTest extends ProviderContractTest<Reward> {
  private static final int SEQUENCES = RewardCase.SEQUENCES;

  private NDManager manager;

  /** For the contract of a provider. */
  protected RewardContractTest() {
    super(RewardProvider.class, "reward");
  }

  @Override
  protected abstract RewardProvider provider();

  /** Opens a manager for tensors, on the default engine unless overridden. The test closes it. */
  protected NDManager newManager() {
    return PluginChecks.newManager();
  }

  /**
   * Points of a run at which nothing, something or nearly everything is known, and a finished text,
   * as in the final scoring.
   */
  static List<RewardCase> points() {
    return List.of(
        new RewardCase("first step", 1, 100, 0.3, false),
        new RewardCase("middle", 50, 100, 2, false),
        new RewardCase("last step, sure", 100, 100, 20, false),
        new RewardCase("only step", 1, 1, 1, false),
        new RewardCase("finished text", 100, 100, 2, true));
  }

  static List<RewardCase> soft() {
    return points().subList(0, 2);
  }

  @BeforeEach
  void openManager() {
    manager = newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @ParameterizedTest
  @MethodSource("points")
  void score_atAnyPoint_isOneFloatForEachSequence(RewardCase point) {
    NDArray score = create().score(point.input(manager, point.logits(manager)));

    assertThat(score.getShape()).as("shape of the score").isEqualTo(new Shape(SEQUENCES));
    assertThat(score.getDataType()).as("type of the score").isEqualTo(DataType.FLOAT32);
  }

  @ParameterizedTest
  @MethodSource("points")
  void score_atAnyPoint_isFinite(RewardCase point) {
    for (float score : score(create(), point, 0, SEQUENCES)) {
      assertThat(score).as("score").isFinite();
    }
  }

  @ParameterizedTest
  @MethodSource("points")
  void score_oneSequenceAlone_isTheScoreItHasAmongOthers(RewardCase point) {
    float[] together = score(create(), point, 0, SEQUENCES);

    for (int i = 0; i < SEQUENCES; i++) {
      float[] alone = score(create(), point, i, i + 1);
      assertThat(alone).as("scores of sequence %d alone", i).hasSize(1);
      // Rounding may depend on the number of sequences, but the influence of a neighbour is larger
      // than rounding.
      assertThat(alone[0]).as("sequence %d", i).isCloseTo(together[i], withinPercentage(0.01));
    }
  }

  @ParameterizedTest
  @MethodSource("soft")
  void score_logitsMoved_changesAsItsGradientSays(RewardCase point) {
    double expected = slopeByDifference(point);

    double actual = slopeByGradient(point);

    // A few per cent, because differences of float32 scores are not more accurate.
    assertThat(actual)
        .as("slope of the score along a direction, by gradient")
        .isCloseTo(expected, within(0.03 * Math.abs(expected) + 0.005));
  }

  @ParameterizedTest
  @MethodSource("soft")
  void score_atAnyPoint_hasAGradientSomewhere(RewardCase point) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray gradient = gradient(scope, point);

      assertThat(gradient.isNaN().any().getBoolean()).as("NaN in the gradient").isFalse();
      assertThat(gradient.abs().max().getFloat()).as("largest slope").isGreaterThan(0);
    }
  }

  private double slopeByGradient(RewardCase point) {
    try (NDManager scope = manager.newSubManager()) {
      return gradient(scope, point).mul(point.direction(scope)).sum().getFloat();
    }
  }

  private NDArray gradient(NDManager scope, RewardCase point) {
    NDArray logits = point.logits(scope);
    logits.setRequiresGradient(true);
    try (GradientCollector collector = scope.getEngine().newGradientCollector()) {
      collector.backward(create().score(point.input(scope, logits)).sum());
    }
    return logits.getGradient();
  }

  private double slopeByDifference(RewardCase point) {
    double width = 0.02;
    return (moved(point, width) - moved(point, -width)) / (2 * width);
  }

  private double moved(RewardCase point, double by) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray logits = point.logits(scope).add(point.direction(scope).mul(by));
      double sum = 0;
      for (float score : create().score(point.input(scope, logits)).toFloatArray()) {
        sum += score;
      }
      return sum;
    }
  }

  @ParameterizedTest
  @MethodSource("points")
  void score_afterOtherPoints_isTheSame(RewardCase point) {
    Reward reward = create();
    float[] first = score(reward, point, 0, SEQUENCES);
    points().forEach(other -> score(reward, other, 0, SEQUENCES));

    assertThat(score(reward, point, 0, SEQUENCES)).containsExactly(first);
  }

  @Test
  void score_onSeveralThreads_isTheSame() throws Exception {
    Reward reward = create();
    RewardCase point = points().get(1);
    float[] expected = score(reward, point, 0, SEQUENCES);

    assertThat(PluginChecks.onSeveralThreads(() -> score(reward, point, 0, SEQUENCES)))
        .allSatisfy(actual -> assertThat(actual).containsExactly(expected));
  }

  @ParameterizedTest
  @MethodSource("points")
  void score_atAnyPoint_leavesItsInputOpenAndUnchanged(RewardCase point) {
    try (NDManager scope = manager.newSubManager()) {
      RewardCase.Input input = point.input(scope, point.logits(scope));
      float[] before = input.probabilities().toFloatArray();

      create().score(input);

      assertThat(input.probabilities().isReleased()).as("probabilities closed").isFalse();
      assertThat(input.probabilities().toFloatArray()).as("probabilities").containsExactly(before);
      assertThat(scope.isOpen()).as("input.manager() is open").isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("points")
  void score_inputsManagerClosed_leavesNothingBehind(RewardCase point) {
    int before = manager.getManagedArrays().size();
    NDArray score;
    try (NDManager scope = manager.newSubManager()) {
      score = create().score(point.input(scope, point.logits(scope)));
    }

    assertThat(score.isReleased()).as("score is freed with input.manager()").isTrue();
    assertThat(manager.getManagedArrays()).as("tensors left in its parent").hasSize(before);
  }

  @Test
  void check_requestWithRoom_accepts() {
    assertThatCode(() -> create().check(points().get(0).request(manager)))
        .doesNotThrowAnyException();
  }

  private float[] score(Reward reward, RewardCase point, int from, int to) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray logits = point.logits(scope).get("%d:%d".formatted(from, to));
      return reward.score(point.input(scope, logits)).toFloatArray();
    }
  }
}
