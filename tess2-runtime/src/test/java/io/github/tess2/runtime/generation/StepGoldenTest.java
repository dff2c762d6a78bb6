package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.Goldens.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.graph.LinearKernel;
import io.github.tess2.runtime.model.DiffusionModel;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares one step in the middle of a run, with given noise, with the PyTorch oracle; tolerance
 * 1e-4.
 */
@Tag("kernels")
class StepGoldenTest {
  static Stream<Arguments> casesAndKernels() {
    return Goldens.ofKind("step").stream()
        .flatMap(
            golden ->
                Arrays.stream(LinearKernel.values()).map(kernel -> Arguments.of(golden, kernel)));
  }

  static Stream<Arguments> drawing() {
    return casesAndKernels().filter(one -> ((Goldens.Case) one.get()[0]).hasOutput("drawn_tokens"));
  }

  static Stream<Arguments> deterministic() {
    return casesAndKernels()
        .filter(one -> !((Goldens.Case) one.get()[0]).hasOutput("drawn_tokens"));
  }

  @ParameterizedTest
  @MethodSource("casesAndKernels")
  void step_givenNoise_predictsTheOraclesTokens(Goldens.Case golden, LinearKernel kernel) {
    try (OneStep step = new OneStep(golden, kernel)) {
      assertThat(step.request.likeliest).isEqualTo(golden.value("argmax", int[].class));
    }
  }

  @ParameterizedTest
  @MethodSource("drawing")
  void step_givenUniforms_drawsTheOraclesTokens(Goldens.Case golden, LinearKernel kernel) {
    try (OneStep step = new OneStep(golden, kernel)) {
      long[] tokens = Objects.requireNonNull(step.request.tokens).toLongArray();
      assertThat(tokens).isEqualTo(golden.value("drawn_tokens", long[].class));
    }
  }

  @ParameterizedTest
  @MethodSource("drawing")
  void renoise_drawnTokens_givesTheOraclesNextPoint(Goldens.Case golden, LinearKernel kernel) {
    try (OneStep step = new OneStep(golden, kernel)) {
      NDArray tokens = Objects.requireNonNull(step.request.tokens);
      NDArray x = step.renoise(tokens, golden.input("fresh_noise"), "alpha_previous");
      assertClose("x", x.toFloatArray(), golden.output("next_x"), 1e-4);
    }
  }

  @ParameterizedTest
  @MethodSource("deterministic")
  void step_deterministic_movesToTheOraclesNextPoint(Goldens.Case golden, LinearKernel kernel) {
    try (OneStep step = new OneStep(golden, kernel)) {
      float[] x = Objects.requireNonNull(step.request.simplex).toFloatArray();
      assertClose("x", x, golden.output("next_x"), 1e-4);
    }
  }

  @ParameterizedTest
  @MethodSource("casesAndKernels")
  void step_anySampler_embedsTheNextPointWithThisPrediction(
      Goldens.Case golden, LinearKernel kernel) {
    try (OneStep step = new OneStep(golden, kernel)) {
      NDArray expected =
          step.model.embed(
              step.scope,
              step.wide(golden.output("next_x")),
              step.wide(Goldens.named("step-default").output("logits")),
              step.request.settings.selfConditioning());
      float[] canvas = Objects.requireNonNull(step.request.inputs).toFloatArray();
      assertClose("canvas", canvas, expected.toFloatArray(), 1e-4);
    }
  }

  /** Runs the step from t to t−1. */
  private static final class OneStep implements AutoCloseable {
    private final Goldens.Case golden;
    private final DiffusionModel model;
    private final NDManager scope;
    private final RequestState request;

    OneStep(Goldens.Case golden, LinearKernel kernel) {
      this.golden = golden;
      this.model = GoldenRequests.load(golden, kernel);
      this.scope = model.manager().newSubManager();
      this.request = GoldenRequests.open(golden, model);
      int t = golden.integer("t");
      ReplayRandom random =
          new ReplayRandom(request.generated())
              .noise(t, golden.input("noise"))
              .noise(t - 1, golden.input("fresh_noise"));
      if (golden.has("top_p")) {
        random.uniforms(t, golden.input("uniforms"));
      }
      NDArray tokens =
          scope.create(Arrays.stream(golden.integers("tokens")).asLongStream().toArray());
      NDArray x = renoise(tokens, golden.input("noise"), "alpha_t");
      NDArray canvas =
          model.embed(
              scope, x, wide(golden.input("previous_logits")), request.settings.selfConditioning());
      request.step = t;
      request.advance(canvas, tokens, null);
      new SimplexStepper(model, null, random).step(List.of(request));
      assertThat(request.failure).isNull();
    }

    NDArray renoise(NDArray tokens, float[] noise, String alphaBar) {
      return model.renoise(scope, tokens, wide(noise), golden.number(alphaBar));
    }

    NDArray wide(float[] values) {
      return scope.create(values, new Shape(request.generated(), model.config().vocabularySize()));
    }

    @Override
    public void close() {
      request.close();
      model.close();
    }
  }
}
