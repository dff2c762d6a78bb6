package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.Goldens.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.graph.DeviceKernels;
import io.github.tess2.runtime.graph.LinearKernel;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidedStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares whole runs of ten steps, with all random numbers given, with the PyTorch oracle. */
@Tag("kernels")
class RunGoldenTest {
  static Stream<Goldens.Case> cases() {
    return Stream.of("run", "cached-run", "entropy-bound-run")
        .flatMap(kind -> Goldens.ofKind(kind).stream());
  }

  static Stream<Arguments> casesAndKernels() {
    return cases()
        .flatMap(
            golden ->
                Arrays.stream(LinearKernel.values()).map(kernel -> Arguments.of(golden, kernel)));
  }

  static Stream<Arguments> drawing() {
    return casesAndKernels().filter(one -> ((Goldens.Case) one.get()[0]).hasOutput("drawn_tokens"));
  }

  @ParameterizedTest
  @MethodSource("casesAndKernels")
  void run_everyStep_predictsTheOraclesTokens(Goldens.Case golden, LinearKernel kernel) {
    int[][] expected = golden.value("argmax_tokens", int[][].class);
    try (Run run = new Run(golden, kernel)) {
      for (int i = 0; i < expected.length; i++) {
        run.step();
        assertThat(run.request.likeliest).as("step %d", i).isEqualTo(expected[i]);
      }
    }
  }

  /**
   * For a lower top-p a GPU draws by sorting, which gives different tokens for the same random
   * numbers.
   */
  static Stream<Goldens.Case> casesOfAGpu() {
    return cases().filter(golden -> !golden.has("top_p") || golden.number("top_p") >= 0.97);
  }

  @ParameterizedTest
  @MethodSource("casesOfAGpu")
  void run_withTheKernelsOfAGpu_predictsTheOraclesTokens(Goldens.Case golden) {
    int[][] expected = golden.value("argmax_tokens", int[][].class);
    try (Run run = new Run(golden, LinearKernel.ATEN, DeviceKernels.CUDA)) {
      for (int i = 0; i < expected.length; i++) {
        run.step();
        assertThat(run.request.likeliest).as("step %d", i).isEqualTo(expected[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("drawing")
  void run_everyStepButTheLast_drawsTheOraclesTokens(Goldens.Case golden, LinearKernel kernel) {
    long[][] expected = golden.value("drawn_tokens", long[][].class);
    try (Run run = new Run(golden, kernel)) {
      // The answer of the last step is its argmax, so nothing is drawn.
      for (int i = 0; i < expected.length - 1; i++) {
        run.step();
        assertThat(run.request.tokens).as("tokens of step %d", i).isNotNull();
        assertThat(run.request.tokens.toLongArray())
            .as("step %d", i)
            .isEqualTo(golden.has("bound") ? accepted(golden, i, expected[i]) : expected[i]);
      }
    }
  }

  /** Rows that start again from noise have no token. */
  private static long[] accepted(Goldens.Case golden, int step, long[] drawn) {
    long[] tokens = new long[drawn.length];
    Arrays.fill(tokens, -1);
    for (int row : golden.value("accepted", int[][].class)[step]) {
      tokens[row] = drawn[row];
    }
    return tokens;
  }

  @ParameterizedTest
  @MethodSource("casesAndKernels")
  void run_lastLogits_equalTheOracles(Goldens.Case golden, LinearKernel kernel) {
    List<float[]> logits = new ArrayList<>();
    try (Run run = new Run(golden, kernel)) {
      // A guidance sees the logits of its request.
      run.request.guides.add(new Guide("recorder", new Recorder(logits)));
      run.steps();
    }
    int last = golden.integer("T") - 1;
    assertClose(
        "logits",
        logits.get(last),
        golden.output("logits/" + last),
        golden.number("tolerance_relative"));
  }

  @ParameterizedTest
  @MethodSource("casesAndKernels")
  void run_confidence_equalsTheOracles(Goldens.Case golden, LinearKernel kernel) {
    try (Run run = new Run(golden, kernel)) {
      run.steps();
      float[] actual = new float[run.request.probability.length];
      for (int i = 0; i < actual.length; i++) {
        actual[i] = (float) run.request.probability[i];
      }
      assertClose(
          "confidence", actual, golden.output("confidence"), golden.number("tolerance_relative"));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void text_atTheEnd_isTheOraclesCutAtTheEndOfSequence(Goldens.Case golden) {
    try (Run run = new Run(golden, LinearKernel.ATEN);
        Checkpoint checkpoint = golden.openCheckpoint();
        CheckpointTokenizer tokenizer =
            CheckpointTokenizer.open(checkpoint.folder(), checkpoint.config())) {
      run.steps();
      assertThat(new Answers(tokenizer).text(run.request))
          .isEqualTo(golden.value("text", String.class));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void times_everyStep_equalTheOracles(Goldens.Case golden) {
    double[] times = golden.value("times", double[].class);
    double[] previous = golden.value("alphas_previous", double[].class);
    try (DiffusionModel model = GoldenRequests.load(golden, LinearKernel.ATEN)) {
      AlphaBars alphaBars = GoldenRequests.alphaBars(golden, model);
      for (int i = 0; i < times.length; i++) {
        int step = times.length - 1 - i;
        assertThat(alphaBars.time(step))
            .as("time of t = %d", step)
            .isCloseTo(times[i], within(1e-6));
        assertThat(alphaBars.before(step))
            .as("alpha-bar before t = %d", step)
            .isCloseTo(previous[i], within(1e-9));
      }
    }
  }

  /** Records the logits of every step. */
  private record Recorder(List<float[]> logits) implements Guidance.Run {
    @Override
    public void guide(GuidedStep step) {
      logits.add(step.logits(0, step.rows()).toFloatArray());
    }
  }

  /** A running request with the random numbers of a golden case. */
  private static final class Run implements AutoCloseable {
    private final DiffusionModel model;
    private final RequestState request;
    private final SimplexStepper stepper;

    Run(Goldens.Case golden, LinearKernel kernel) {
      this(golden, kernel, DeviceKernels.CPU);
    }

    Run(Goldens.Case golden, LinearKernel kernel, DeviceKernels kernels) {
      this.model = GoldenRequests.load(golden, kernel, kernels);
      this.request = GoldenRequests.open(golden, model);
      this.stepper = new SimplexStepper(model, null, ReplayRandom.ofRun(golden));
      stepper.begin(request);
    }

    void step() {
      stepper.step(List.of(request));
      assertThat(request.failure).isNull();
    }

    void steps() {
      while (!request.finished()) {
        step();
      }
    }

    @Override
    public void close() {
      request.close();
      model.close();
    }
  }
}
