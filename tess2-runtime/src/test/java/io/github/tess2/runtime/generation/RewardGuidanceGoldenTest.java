package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.Goldens.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.guidance.RewardGuidance;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.Relaxation;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardGradient;
import io.github.tess2.spi.RewardModel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares guided steps with PyTorch autograd through the literal formula, within 1e-4 relative in
 * float32: for the reward model, and for rewards written in code that use each view of the input.
 */
@Tag("kernels")
class RewardGuidanceGoldenTest {
  /** Fewer rows than the step has, and not a divisor of that number. */
  private static final int CHUNK = 5;

  private static GuidedFixture fixture;
  private static RewardModel rewardModel;

  @BeforeAll
  static void open() {
    fixture = new GuidedFixture("mistral");
    rewardModel = GuidedFixture.rewardModel(RewardModel.Readout.LAST);
  }

  @AfterAll
  static void close() {
    rewardModel.close();
    fixture.close();
  }

  static Stream<Goldens.Case> cases() {
    return Goldens.ofKind("guidance-reward").stream();
  }

  static Stream<Goldens.Case> withGradient() {
    return cases().filter(golden -> golden.hasOutput("gradient"));
  }

  static Stream<Goldens.Case> withGuidedLogits() {
    return cases().filter(golden -> golden.hasOutput("guided_logits"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void differentiate_atGivenLogits_givesTheOraclesReward(Goldens.Case golden) {
    double expected = golden.value("rewards", double[].class)[0];

    double actual = step(golden).differentiate(reward(golden), relaxation(golden)).score();

    assertThat(actual - expected)
        .as("error of the reward")
        .isBetween(-1e-4 * Math.abs(expected), 1e-4 * Math.abs(expected));
  }

  @ParameterizedTest
  @MethodSource("withGradient")
  void differentiate_atGivenLogits_givesTheOraclesGradient(Goldens.Case golden) {
    GuidedLogits step = step(golden);

    RewardGradient gradient = step.differentiate(reward(golden), relaxation(golden));

    float[] expected = golden.output("gradient");
    int width = expected.length / step.rows();
    for (int from = 0; from < step.rows(); from += CHUNK) {
      int to = Math.min(from + CHUNK, step.rows());
      float[] actual = gradient.of(step.logits(from, to), from, to).toFloatArray();
      assertClose(
          "gradient from row " + from, actual, Goldens.rows(expected, width, from, to), 1e-4);
    }
  }

  @ParameterizedTest
  @MethodSource("withGuidedLogits")
  void guide_allIterations_givesTheOraclesLogits(Goldens.Case golden) {
    GuidedLogits step = step(golden);

    try (Guidance guidance = guidance(golden);
        Guidance.Run run = guidance.begin(request(step))) {
      run.guide(step);

      assertClose(
          "guided logits", GuidedFixture.logits(step), golden.output("guided_logits"), 1e-4);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void score_afterGuiding_isTheRewardBeforeTheLastIteration(Goldens.Case golden) {
    GuidedLogits step = step(golden);
    double[] rewards = golden.value("rewards", double[].class);
    double expected = rewards[rewards.length - 1];

    try (Guidance guidance = guidance(golden);
        Guidance.Run run = guidance.begin(request(step))) {
      run.guide(step);

      assertThat(run.score().orElseThrow() - expected)
          .as("error of the reward")
          .isBetween(-1e-4 * Math.abs(expected), 1e-4 * Math.abs(expected));
    }
  }

  @Test
  void guide_oneIterationOfTheRewardModel_isOneStepUpTheOraclesGradient() {
    Goldens.Case golden = Goldens.named("guidance-reward-model-gumbel");
    float[] expected = golden.input("logits").clone();
    float[] gradient = golden.output("gradient");
    for (int i = 0; i < expected.length; i++) {
      expected[i] += (float) golden.number("scale") * gradient[i];
    }
    GuidedLogits step = step(golden);

    try (Guidance guidance = guidance(golden);
        Guidance.Run run = guidance.begin(request(step))) {
      run.guide(step);

      assertClose("guided logits", GuidedFixture.logits(step), expected, 1e-4);
    }
  }

  @Test
  void step_everyStepOfAGuidedRun_drawsTheOraclesTokens() {
    Goldens.Case golden = Goldens.named("run-guided");
    int[][] expected = golden.value("drawn_tokens", int[][].class);
    try (GuidedRun run = new GuidedRun(golden)) {
      for (int step = 0; step < expected.length - 1; step++) {
        run.step();

        assertThat(run.request.tokens.toLongArray())
            .as("tokens drawn at step %d", step)
            .containsExactly(java.util.Arrays.stream(expected[step]).asLongStream().toArray());
      }
    }
  }

  @Test
  void step_everyStepOfAGuidedRun_predictsTheOraclesTokens() {
    Goldens.Case golden = Goldens.named("run-guided");
    int[][] expected = golden.value("argmax_tokens", int[][].class);
    try (GuidedRun run = new GuidedRun(golden)) {
      for (int step = 0; step < expected.length; step++) {
        run.step();

        assertThat(run.request.likeliest).as("step %d", step).containsExactly(expected[step]);
      }
    }
  }

  /**
   * Each step starts from the oracle's state. Over ten steps from its own state, a rounding
   * difference would grow to 6e-4, as it does for the oracle itself between two CPUs.
   */
  @Test
  void step_fromTheOraclesStateOfAnyStep_seesTheOraclesReward() {
    Goldens.Case golden = Goldens.named("run-guided");
    double[] expected = golden.value("rewards", double[].class);
    float[] states = golden.input("states");
    try (GuidedRun run = new GuidedRun(golden)) {
      for (int step = 0; step < expected.length; step++) {
        run.moveTo(Goldens.rows(states, states.length / expected.length, step, step + 1));
        run.step();

        assertThat(run.request.guides.get(0).run().score().orElseThrow())
            .as("reward at step %d", step)
            .isCloseTo(expected[step], within(1e-4 * Math.abs(expected[step])));
      }
    }
  }

  /** A whole guided generation with the oracle's noise and draws. */
  private static final class GuidedRun implements AutoCloseable {
    private final SimplexStepper stepper;
    private final RequestState request;

    GuidedRun(Goldens.Case golden) {
      stepper = new SimplexStepper(fixture.model, fixture.tokenizer, ReplayRandom.ofRun(golden));
      Guidance guidance =
          RewardGuidance.builder("reward-model", rewardModel).scale(golden.number("scale")).build();
      request =
          fixture.request(
              golden,
              GuidedFixture.settings(golden.integer("T"), golden.number("top_p"), guidance),
              stepper);
      stepper.begin(request);
    }

    /** Replaces the run's input embeddings {@code [G,H]} for the next step. */
    void moveTo(float[] state) {
      int width = fixture.model.config().hiddenSize();
      request.advance(
          fixture.manager.create(state, new Shape(request.generated(), width)), null, null);
    }

    void step() {
      stepper.step(List.of(request));
      if (request.failure != null) {
        throw new AssertionError(request.failure);
      }
    }

    @Override
    public void close() {
      request.close();
    }
  }

  private static GuidedLogits step(Goldens.Case golden) {
    ReplayRandom random = new ReplayRandom(golden.integers("generated_positions").length);
    if (golden.text("relaxation").startsWith("gumbel")) {
      random.gumbel(0, golden.input("gumbel_noise"));
    }
    SimplexStepper stepper = new SimplexStepper(fixture.model, fixture.tokenizer, random);
    RequestState request = fixture.request(golden, GuidedFixture.settings(1, 0.99), stepper);
    return fixture.step(request, random, CHUNK, golden.input("logits"));
  }

  private static Guidance.Request request(GuidedLogits step) {
    SimplexStepper stepper = new SimplexStepper(fixture.model, fixture.tokenizer, null);
    return stepper.properties(step.request());
  }

  private static Guidance guidance(Goldens.Case golden) {
    return RewardGuidance.builder(golden.name(), reward(golden))
        .scale(golden.number("scale"))
        .iterations(golden.integer("iterations"))
        .relaxation(relaxation(golden))
        .build();
  }

  private static Relaxation relaxation(Goldens.Case golden) {
    String kind = golden.text("relaxation");
    return new Relaxation(golden.number("tau"), kind.startsWith("gumbel"), kind.endsWith("hard"));
  }

  private static Reward reward(Goldens.Case golden) {
    return switch (golden.text("reward")) {
      case "reward-model" -> rewardModel;
      case "wanted-mass" ->
          input -> input.probabilitiesOf(golden.integers("wanted")).sum(new int[] {1, 2});
      case "wanted-anywhere" -> input -> wantedAnywhere(input.probabilities(), golden);
      case "near-target" ->
          input -> {
            NDArray target = input.manager().create(golden.input("target"));
            return input
                .embeddings()
                .sub(target)
                .square()
                .sum(new int[] {2})
                .mean(new int[] {1})
                .neg();
          };
      default -> throw new IllegalArgumentException(golden.text("reward"));
    };
  }

  /** log(1 − Π over positions of (1 − the wanted tokens' mass)), from the whole of p. */
  private static NDArray wantedAnywhere(NDArray p, Goldens.Case golden) {
    NDArray mass = null;
    for (int token : golden.integers("wanted")) {
      NDArray one = p.get(":, :, " + token);
      mass = mass == null ? one : mass.add(one);
    }
    return mass.neg().add(1).prod(new int[] {1}).neg().add(1).log();
  }
}
