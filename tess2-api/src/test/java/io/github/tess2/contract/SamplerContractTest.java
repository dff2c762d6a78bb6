package io.github.tess2.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.spi.Provider;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.SamplerStep;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link Sampler} must do. Inherit it and name the sampler; a DJL engine must be in test
 * scope.
 */
public abstract class SamplerContractTest extends ProviderContractTest<Sampler> {
  private static final int ROWS = SamplerCase.ROWS;
  private static final int VOCABULARY_SIZE = SamplerCase.VOCABULARY_SIZE;

  private NDManager manager;

  /** For the contract of the extension point. */
  protected SamplerContractTest() {
    super(Sampler.class, "sampler");
  }

  /** Returns the sampler under test. */
  protected abstract Sampler sampler();

  @Override
  protected final Provider<Sampler> provider() {
    return sampler();
  }

  /** Opens a manager for tensors, on the default engine unless overridden. The test closes it. */
  protected NDManager newManager() {
    return PluginChecks.newManager();
  }

  /**
   * Points of a run: the noisiest step, one in between, the last sampled one, and one without
   * noise.
   */
  static List<SamplerCase> points() {
    return List.of(
        new SamplerCase("noisiest", 100, 99, 2.4e-8, 2.5e-4, 5, 1),
        new SamplerCase("middle, warm, small k", 100, 50, 0.5, 0.52, 1, 1.5),
        new SamplerCase("last sampled", 10, 1, 0.97, 1, 5, 0.7),
        new SamplerCase("free of noise", 2, 1, 1, 1, 5, 1));
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
  void step_atAnyPoint_givesAStateOfTheRightShape(SamplerCase point) {
    State state = run(point, 0, ROWS);

    assertThat(state.shape())
        .as("shape of the %s", state.kind())
        .isEqualTo(state.isTokens() ? new Shape(ROWS) : new Shape(ROWS, VOCABULARY_SIZE));
  }

  @ParameterizedTest
  @MethodSource("points")
  void step_atAnyPoint_givesAStateOfTheRightType(SamplerCase point) {
    State state = run(point, 0, ROWS);

    assertThat(state.type())
        .as("type of the %s", state.kind())
        .isEqualTo(state.isTokens() ? DataType.INT64 : DataType.FLOAT32);
  }

  @ParameterizedTest
  @MethodSource("points")
  void step_atAnyPoint_givesTokensOrFiniteNumbers(SamplerCase point) {
    State state = run(point, 0, ROWS);

    if (state.isTokens()) {
      assertThat(state.values())
          .as("token ids")
          .allSatisfy(id -> assertThat(id).isBetween(0.0, VOCABULARY_SIZE - 1.0));
    } else {
      assertThat(state.values()).as("simplex").allSatisfy(x -> assertThat(x).isFinite());
    }
  }

  @ParameterizedTest
  @MethodSource("points")
  void step_rowByRow_givesTheRowsOfTheWhole(SamplerCase point) {
    State whole = run(point, 0, ROWS);
    int width = whole.values().size() / ROWS;

    for (int row = 0; row < ROWS; row++) {
      List<Double> alone = run(point, row, row + 1).values();
      assertThat(alone).as("row %d", row).hasSize(width);
      for (int i = 0; i < width; i++) {
        // Rounding may depend on the number of rows, but the influence of a neighbour is larger
        // than rounding.
        assertThat(alone.get(i))
            .as("row %d, column %d", row, i)
            .isCloseTo(whole.values().get(row * width + i), withinPercentage(0.01));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("points")
  void step_afterOtherSteps_givesTheSameState(SamplerCase point) {
    Sampler sampler = sampler();
    State first = run(sampler, point, 0, ROWS);
    points().forEach(other -> run(sampler, other, 0, ROWS));

    assertThat(run(sampler, point, 0, ROWS)).isEqualTo(first);
  }

  /** Rows of several requests are sampled together only if their samplers are equal. */
  @Test
  void create_sameOptions_givesEqualSamplers() {
    Provider<Sampler> provider = provider();

    assertThat(create(provider)).isEqualTo(create(provider));
  }

  @Test
  void step_onSeveralThreads_givesTheSameState() throws Exception {
    Sampler sampler = sampler();
    List<State> expected = points().stream().map(point -> run(sampler, point, 0, ROWS)).toList();

    assertThat(
            PluginChecks.onSeveralThreads(
                () -> points().stream().map(point -> run(sampler, point, 0, ROWS)).toList()))
        .allSatisfy(actual -> assertThat(actual).isEqualTo(expected));
  }

  @ParameterizedTest
  @MethodSource("points")
  void step_atAnyPoint_leavesItsInputOpenAndUnchanged(SamplerCase point) {
    try (NDManager scope = manager.newSubManager()) {
      SamplerCase.Input input = point.input(scope, 0, ROWS);
      float[] logits = input.logits().toFloatArray();
      float[] noisySimplex = input.noisySimplex().toFloatArray();
      long[] tokens = input.drawTokens().toLongArray();

      sampler().step(input);

      assertOpenWith(input.logits(), "logits");
      assertThat(input.logits().toFloatArray()).as("logits").containsExactly(logits);
      assertOpenWith(input.noisySimplex(), "noisy simplex");
      assertThat(input.noisySimplex().toFloatArray())
          .as("noisy simplex")
          .containsExactly(noisySimplex);
      assertOpenWith(input.drawTokens(), "drawn tokens");
      assertThat(input.drawTokens().toLongArray()).as("drawn tokens").containsExactly(tokens);
      assertThat(scope.isOpen()).as("input.manager() is open").isTrue();
    }
  }

  private static void assertOpenWith(NDArray tensor, String what) {
    assertThat(tensor.isReleased()).as("%s closed by the sampler", what).isFalse();
  }

  @ParameterizedTest
  @MethodSource("points")
  void step_atAnyPoint_givesAStateOfTheInputsManager(SamplerCase point) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray tensor = tensor(sampler().step(point.input(scope, 0, ROWS)));

      assertThat(tensor.getManager()).as("owner of the state").isSameAs(scope);
    }
  }

  @ParameterizedTest
  @MethodSource("points")
  void step_inputsManagerClosed_leavesNothingBehind(SamplerCase point) {
    int before = manager.getManagedArrays().size();
    NDArray tensor;
    try (NDManager scope = manager.newSubManager()) {
      tensor = tensor(sampler().step(point.input(scope, 0, ROWS)));
    }

    assertThat(tensor.isReleased()).as("state is freed with input.manager()").isTrue();
    assertThat(manager.getManagedArrays()).as("tensors left in its parent").hasSize(before);
  }

  private State run(SamplerCase point, int from, int to) {
    return run(sampler(), point, from, to);
  }

  private State run(Sampler sampler, SamplerCase point, int from, int to) {
    try (NDManager scope = manager.newSubManager()) {
      return State.of(sampler.step(point.input(scope, from, to)));
    }
  }

  private static NDArray tensor(SamplerStep step) {
    return step instanceof SamplerStep.Tokens tokens
        ? tokens.ids()
        : ((SamplerStep.Simplex) step).x();
  }

  /** A state, copied out of native memory. */
  private record State(String kind, Shape shape, DataType type, List<Double> values) {
    static State of(SamplerStep step) {
      NDArray tensor = tensor(step);
      return new State(
          step.getClass().getSimpleName(),
          tensor.getShape(),
          tensor.getDataType(),
          Arrays.stream(tensor.toArray()).map(Number::doubleValue).toList());
    }

    boolean isTokens() {
      return kind.equals("Tokens");
    }
  }
}
