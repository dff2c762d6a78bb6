package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.WeightFormat;
import io.github.tess2.guidance.ClassifierFree;
import io.github.tess2.runtime.MaskedGoldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.MaskedConfig;
import io.github.tess2.runtime.graph.DeviceKernels;
import io.github.tess2.runtime.graph.KernelSet;
import io.github.tess2.runtime.graph.LinearKernel;
import io.github.tess2.runtime.graph.WeightKernel;
import io.github.tess2.runtime.model.DiffusionModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares whole runs with each remasking strategy, with all random numbers given, with the oracle:
 * the loops of LLaDA, Dream and Fast-dLLM.
 */
class MaskedRunGoldenTest {
  /** Strategies whose number of passes depends on the predictions. */
  private static final List<String> COUNTED = List.of("threshold", "entropy_bound");

  static List<MaskedGoldens.Run> runs() {
    return MaskedGoldens.runs();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void run_everyPass_decidesTheOraclesTokens(MaskedGoldens.Run golden) {
    KernelSet kernels = new KernelSet(LinearKernel.ATEN, DeviceKernels.CPU, WeightKernel.PLAIN);
    try (Checkpoint checkpoint = Checkpoint.open(MaskedGoldens.checkpoint(golden.checkpoint()));
        CheckpointTokenizer tokenizer =
            CheckpointTokenizer.open(checkpoint.folder(), checkpoint.config());
        DiffusionModel model =
            DiffusionModel.load(
                checkpoint, Device.cpu(), Precision.FP32, WeightFormat.UNQUANTIZED, kernels)) {
      MaskedConfig masked = model.config().masked().orElseThrow();
      Layout layout =
          new Layout(
              ImmutableIntArray.copyOf(golden.ids()),
              ImmutableIntArray.copyOf(golden.positions()),
              true,
              ImmutableList.of(),
              ImmutableIntArray.of());
      Settings settings = settings(golden, masked, layout.generated());
      RequestState request =
          new RequestState(
              layout,
              settings,
              new AlphaBars(new double[settings.steps()], null),
              Course.begin(settings.decoding(), layout, settings.steps()),
              GenerationListener.IGNORE,
              0);
      MaskedStepper stepper = new MaskedStepper(model, tokenizer, new FormulaRandom(golden.seed()));
      try (request) {
        stepper.open(request);
        stepper.begin(request);
        int seen = 0;
        while (!request.finished()) {
          stepper.step(List.of(request));
          assertThat(request.failure).isNull();
          int state =
              COUNTED.contains(golden.method()) ? seen : settings.steps() - 2 - request.step;
          assertThat(state(request, masked))
              .as("after %d", state)
              .isEqualTo(
                  golden.states().get(request.step < 0 ? golden.states().size() - 1 : state));
          seen++;
        }
        assertThat(seen).isLessThanOrEqualTo(golden.passes());
      }
    }
  }

  private static List<Integer> state(RequestState request, MaskedConfig masked) {
    List<Integer> state = new ArrayList<>();
    for (long token : request.masked.decided(0, request.generated())) {
      state.add(token < 0 ? masked.maskId() : (int) token);
    }
    return state;
  }

  private static Settings settings(MaskedGoldens.Run golden, MaskedConfig masked, int rows) {
    GenerationRequest.Builder request = GenerationRequest.builder(Prompt.user("x"));
    if (golden.has("temperature") && number(golden, "temperature") > 0) {
      request.temperature(number(golden, "temperature"));
      if (golden.has("top_p")) {
        request.topP(number(golden, "top_p"));
      }
    }
    if (golden.cfg_scale() > 0) {
      // Without guidance the paper's w is 0, and this scale is 1.
      request.guidance(ClassifierFree.of(golden.cfg_scale() + 1));
    }
    if (golden.has("steps")) {
      request.steps((int) number(golden, "steps"));
    }
    if (golden.refresh_every() > 0) {
      request.cache("refresh:every=" + golden.refresh_every());
    }
    request.sampler(sampler(golden));
    return MaskedSettings.resolve(request.build().options(), masked, rows);
  }

  private static String sampler(MaskedGoldens.Run golden) {
    List<String> options = new ArrayList<>();
    add(golden, options, "block", "block-length");
    add(golden, options, "threshold", "threshold");
    add(golden, options, "top_k", "top-k");
    add(golden, options, "alg_temp", "alg-temp");
    add(golden, options, "bound", "bound");
    String name =
        switch (golden.method()) {
          case "threshold" -> "confidence-threshold";
          case "entropy_bound" -> "entropy-bound";
          case "llada" ->
              golden.settings().get("remasking").getAsString().equals("random")
                  ? "random-remasking"
                  : "low-confidence";
          default -> golden.settings().get("algorithm").getAsString().replace('_', '-');
        };
    return options.isEmpty() ? name : name + ":" + String.join(",", options);
  }

  private static void add(
      MaskedGoldens.Run golden, List<String> options, String setting, String option) {
    if (golden.has(setting)) {
      options.add(
          String.format(
              Locale.ROOT, "%s=%s", option, golden.settings().get(setting).getAsString()));
    }
  }

  private static double number(MaskedGoldens.Run golden, String setting) {
    return golden.settings().get(setting).getAsDouble();
  }
}
