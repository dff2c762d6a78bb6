package io.github.tess2.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.GuidedStep;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link Guidance} found by name must do. Inherit it and name the provider and, if it
 * needs any, its options. A DJL engine must be in test scope. Texts are split into single letters
 * here.
 */
public abstract class GuidanceContractTest extends ProviderContractTest<Guidance> {
  private static final double TOLERANCE = 1e-4;

  private NDManager manager;
  private Guidance guidance;

  /** For the contract of a provider. */
  protected GuidanceContractTest() {
    super(GuidanceProvider.class, "guidance");
  }

  @Override
  protected abstract GuidanceProvider provider();

  /** Opens a manager for tensors, on the default engine unless overridden. The test closes it. */
  protected NDManager newManager() {
    return PluginChecks.newManager();
  }

  /** Points of a run at which nothing, something or nearly everything is known. */
  static List<RewardCase> points() {
    return List.of(
        new RewardCase("first step", 1, 100, 0.3, false),
        new RewardCase("middle", 50, 100, 2, false),
        new RewardCase("last step, sure", 100, 100, 20, false),
        new RewardCase("only step", 1, 1, 1, false));
  }

  @BeforeEach
  void open() {
    manager = newManager();
    guidance = create();
  }

  @AfterEach
  void close() {
    guidance.close();
    manager.close();
  }

  @ParameterizedTest
  @MethodSource("points")
  void guide_atAnyPoint_leavesLogits(RewardCase point) {
    try (NDManager scope = manager.newSubManager()) {
      TrialStep step = step(point, scope, 0);
      Shape shape = step.logits(0, step.rows()).getShape();

      guide(point, step);

      NDArray guided = step.logits(0, step.rows());
      assertThat(guided.getShape()).as("shape of the guided logits").isEqualTo(shape);
      assertThat(guided.getDataType()).as("their type").isEqualTo(DataType.FLOAT32);
      assertThat(guided.isNaN().any().getBoolean()).as("NaN in them").isFalse();
      for (float top : guided.max(new int[] {1}).toFloatArray()) {
        assertThat(top).as("largest logit of a position").isFinite();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("points")
  void guide_chunkByChunk_leavesTheSameLogits(RewardCase point) {
    try (NDManager scope = manager.newSubManager()) {
      TrialStep step = step(point, scope, 0);
      guide(point, step);

      for (int from = 0; from < step.rows(); from += step.chunkRows()) {
        int to = Math.min(from + step.chunkRows(), step.rows());
        NDArray whole = step.logits(0, step.rows()).get("%d:%d".formatted(from, to));
        assertClose("rows from " + from, step.logits(from, to), whole);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("points")
  void guide_sameCanvasAgain_leavesTheSameLogits(RewardCase point) {
    try (NDManager scope = manager.newSubManager()) {
      TrialStep first = step(point, scope, 0);
      TrialStep second = step(point, scope, 0);
      guide(point, first);
      guide(point, second);

      assertClose("second time", all(second), all(first));
    }
  }

  @ParameterizedTest
  @MethodSource("points")
  void guide_whileAnotherRequestIsGuided_leavesTheSameLogits(RewardCase point) {
    try (NDManager scope = manager.newSubManager();
        Guidance.Run run = guidance.begin(request(point, scope));
        Guidance.Run other = guidance.begin(request(point, scope))) {
      TrialStep alone = step(point, scope, 0);
      guide(point, alone);
      TrialStep among = step(point, scope, 0);

      other.guide(step(point, scope, 1));
      run.guide(among);
      other.guide(step(point, scope, 2));

      assertClose("among others", all(among), all(alone));
    }
  }

  @Test
  void finish_afterTheLastStep_leavesAFiniteScoreOrNone() {
    RewardCase point = points().get(3);
    try (NDManager scope = manager.newSubManager();
        Guidance.Run run = guidance.begin(request(point, scope))) {
      TrialStep step = step(point, scope, 0);
      run.guide(step);
      run.finish(step.fork());

      run.score().ifPresent(score -> assertThat(score).as("score").isFinite());
      if (guidance.candidates() > 1) {
        assertThat(run.score()).as("score of who asks for several candidates").isPresent();
      }
    }
  }

  @Test
  void candidates_always_isAtLeastOne() {
    assertThat(guidance.candidates()).isPositive();
  }

  @Test
  void guide_requestsManagersClosed_leavesNothingBehind() {
    RewardCase point = points().get(1);
    int before = manager.getManagedArrays().size();
    try (NDManager scope = manager.newSubManager()) {
      TrialStep step = step(point, scope, 0);
      guide(point, step);
      all(step);
    }

    assertThat(manager.getManagedArrays()).as("tensors left in the parent").hasSize(before);
  }

  @Test
  void close_twice_doesNothing() {
    guidance.close();

    assertThatCode(guidance::close).doesNotThrowAnyException();
  }

  @Test
  void name_ofTheGuidance_isNotBlank() {
    assertThat(guidance.name()).as("the guidance's name, for messages").isNotBlank();
  }

  private void guide(RewardCase point, TrialStep step) {
    try (Guidance.Run run = guidance.begin(request(point, step.manager()))) {
      run.guide(step);
    }
  }

  /** The request. For any other prompt its model predicts the logits of the third sequence. */
  private static Guidance.Request request(RewardCase point, NDManager manager) {
    return point.request(manager, (step, ids, positions) -> step(point, step.manager(), 2));
  }

  private static TrialStep step(RewardCase point, NDManager manager, int sequence) {
    return new TrialStep(point, manager, point.logits(manager).get(sequence));
  }

  private static NDArray all(GuidedStep step) {
    return step.logits(0, step.rows());
  }

  private static void assertClose(String what, NDArray actual, NDArray expected) {
    double largest = Math.max(1, finite(expected).abs().max().getFloat());
    double error = finite(actual).sub(finite(expected)).abs().max().getFloat();
    assertThat(error / largest).as("relative error of %s", what).isCloseTo(0, within(TOLERANCE));
  }

  /** A token may be ruled out, and equal infinities must count as equal. */
  private static NDArray finite(NDArray logits) {
    return logits.maximum(-1e9).minimum(1e9);
  }
}
