package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Blank;
import io.github.tess2.DenoisingStep;
import io.github.tess2.DiffusionLM;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.PluginException;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.SelfConditioning;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.MaskedGoldens;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.MaskedSampler;
import io.github.tess2.spi.MaskedStep;
import io.github.tess2.spi.Prediction;
import io.github.tess2.spi.StoppingCriterion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uses a masked diffusion model through the public API, as users do. */
class MaskedGenerationTest {
  @TempDir Path folder;

  static List<String> checkpoints() {
    return MaskedGoldens.CHECKPOINTS;
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void generate_chat_answersInAStepAToken(String name) {
    try (DiffusionLM lm = open(name)) {
      GenerationResult result = lm.generate(chat().build());
      assertThat(result.steps()).isBetween(1, 8);
      assertThat(lm.info().architecture()).isEqualTo(name.startsWith("dream") ? "dream" : "llada");
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void generate_alone_isAsInABatch(String name) {
    try (DiffusionLM lm = open(name)) {
      List<GenerationRequest> requests =
          List.of(
              chat().temperature(1).seed(1).build(),
              GenerationRequest.builder(Prompt.raw("The words"))
                  .length(5)
                  .topP(0.9)
                  .seed(2)
                  .build(),
              GenerationRequest.builder(Prompt.infill("What", new Blank(3), "Paris", new Blank(2)))
                  .seed(3)
                  .build());
      List<GenerationResult> together = lm.generateAll(requests);
      for (int i = 0; i < requests.size(); i++) {
        GenerationResult alone = lm.generate(requests.get(i));
        assertThat(alone.tokenIds()).isEqualTo(together.get(i).tokenIds());
        assertThat(alone.confidence()).isEqualTo(together.get(i).confidence());
      }
    }
  }

  @Test
  void generate_infill_keepsTheGivenText() {
    try (DiffusionLM lm = open("dream")) {
      GenerationResult result =
          lm.generate(
              GenerationRequest.builder(Prompt.infill("What is", new Blank(3), " of Spain?"))
                  .build());
      assertThat(result.text()).startsWith("What is").endsWith(" of Spain?");
      assertThat(result.blanks()).hasSize(1);
    }
  }

  @Test
  void generate_listener_seesDecidedTokensStay() {
    List<DenoisingStep> steps = new ArrayList<>();
    try (DiffusionLM lm = open("llada")) {
      lm.generate(
          chat().sampler("low-confidence:block-length=4").build(),
          step -> {
            steps.add(step);
            return Signal.CONTINUE;
          });
    }
    assertThat(steps).hasSize(8);
    ImmutableIntArray last = steps.get(7).tokenIds();
    // Half of the steps decide the first block.
    for (int i = 0; i < 4; i++) {
      assertThat(steps.get(4).tokenIds().get(i)).isEqualTo(last.get(i));
    }
  }

  @Test
  void generate_threshold0_takesOnePass() {
    try (DiffusionLM lm = open("llada")) {
      GenerationResult result =
          lm.generate(chat().sampler("confidence-threshold:threshold=0").build());
      assertThat(result.steps()).isEqualTo(1);
    }
  }

  @Test
  void generate_bestOf_keepsTheBest() {
    Guidance shortest =
        Guidance.named("best-of", Map.of("n", "4", "reward", "answer-length(max=3)"));
    try (DiffusionLM lm = open("llada")) {
      GenerationResult result =
          lm.generate(chat().temperature(1).seed(5).guidance(shortest).build());
      assertThat(result.reward()).isPresent();
    }
  }

  @Test
  void generate_rewardFunction_raisesItsReward() {
    Guidance wanted =
        Guidance.named(
            "reward-function", Map.of("reward", "wanted-words(words=Paris)", "scale", "8"));
    try (DiffusionLM lm = open("dream")) {
      GenerationResult plain = lm.generate(raw().build());
      GenerationResult guided = lm.generate(raw().guidance(wanted).build());
      assertThat(guided.tokenIds()).isNotEqualTo(plain.tokenIds());
    }
  }

  @Test
  void generate_manyRequests_leaveNoTensor() {
    try (OpenModel model = new OpenModel(MaskedGoldens.checkpoint("dream"))) {
      Guidance guidance = Guidance.named("classifier-free", Map.of("scale", "2"));
      model.lm.generate(chat().build());
      int before = model.owned();
      model.lm.generate(chat().temperature(1).sampler("maskgit-plus:alg-temp=0.5").build());
      model.lm.generate(raw().guidance(guidance).build());
      assertThatThrownBy(() -> model.lm.generate(chat().sampler(new Stuck()).build()))
          .isInstanceOf(PluginException.class);
      model.lm.generate(chat().build(), step -> Signal.CANCEL);
      assertThat(model.owned()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"simplex-ddpm", "simplex-ddim"})
  void generate_samplerOfTheSimplex_isRefused(String sampler) {
    try (DiffusionLM lm = open("llada")) {
      assertThatThrownBy(() -> lm.generate(chat().sampler(sampler).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "sampler must be for masked diffusion, such as \"low-confidence\","
                  + " but is: \""
                  + sampler
                  + '"');
    }
  }

  @Test
  void generate_samplerOfMasksOnTheSimplex_isRefused() {
    try (DiffusionLM lm =
        DiffusionLM.builder()
            .model(Goldens.checkpoint("mistral"))
            .precision(Precision.FP32)
            .build()) {
      assertThatThrownBy(() -> lm.generate(chat().sampler("entropy").build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "sampler must be for diffusion on the simplex, such as \"simplex-ddpm\","
                  + " but is: \"entropy\"");
    }
  }

  @Test
  void generate_optionsOfTheSimplex_areRefused() {
    try (DiffusionLM lm = open("llada")) {
      assertThatThrownBy(() -> lm.generate(chat().noiseSchedule("linear").build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "noise schedule must not be set for a masked diffusion model, but is: linear");
      assertThatThrownBy(
              () -> lm.generate(chat().selfConditioning(SelfConditioning.LOGITS_MEAN).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("self-conditioning must not be set");
    }
  }

  @Test
  void generate_fewerStepsThanBlocks_isRefused() {
    try (DiffusionLM lm = open("llada")) {
      assertThatThrownBy(
              () -> lm.generate(chat().steps(3).sampler("low-confidence:block-length=2").build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "sampler \"low-confidence\" does not fit its request: steps must be at least one for"
                  + " each of the 4 blocks of 2 positions, but is: 3");
    }
  }

  @Test
  void generate_samplerThatChoosesWhatIsDecided_isNamed() {
    try (DiffusionLM lm = open("llada")) {
      assertThatThrownBy(() -> lm.generate(chat().sampler(new Stuck()).build()))
          .isInstanceOf(PluginException.class)
          .hasMessageContaining("stuck")
          .hasMessageContaining("it must choose open rows, each once, but chooses: 0");
    }
  }

  @Test
  void generate_samplerThatChoosesNothing_endsWithItsSteps() {
    try (DiffusionLM lm = open("llada")) {
      assertThat(lm.generate(chat().sampler(new Idle()).build()).steps()).isEqualTo(8);
    }
  }

  @Test
  void generate_chatWithoutTemplate_isRefused() throws IOException {
    for (String file :
        List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(MaskedGoldens.checkpoint("llada").resolve(file), folder.resolve(file));
    }
    Path config = folder.resolve("tokenizer_config.json");
    Files.writeString(config, Files.readString(config).replace("chat_template", "other_template"));
    try (DiffusionLM lm = DiffusionLM.builder().model(folder).build()) {
      assertThat(lm.generate(raw().build()).steps()).isEqualTo(6);
      assertThatThrownBy(() -> lm.generate(chat().build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "prompt must be a text or an infill, because the checkpoint has no chat template"
                  + " (chat_template in tokenizer_config.json, or chat_template.jinja), but is: a"
                  + " chat");
    }
  }

  /** Chooses the first row again and again. */
  private static final class Stuck implements MaskedSampler {
    @Override
    public String name() {
      return "stuck";
    }

    @Override
    public ImmutableIntArray commit(MaskedStep step) {
      return ImmutableIntArray.of(0);
    }
  }

  /** Never chooses. */
  private static final class Idle implements MaskedSampler {
    @Override
    public String name() {
      return "idle";
    }

    @Override
    public ImmutableIntArray commit(MaskedStep step) {
      return ImmutableIntArray.of();
    }
  }

  private static GenerationRequest.Builder chat() {
    return GenerationRequest.builder(Prompt.user("Hi")).length(8);
  }

  private static GenerationRequest.Builder raw() {
    return GenerationRequest.builder(Prompt.raw("The capital of France")).length(6);
  }

  private static DiffusionLM open(String name) {
    return DiffusionLM.builder()
        .model(MaskedGoldens.checkpoint(name))
        .precision(Precision.FP32)
        .build();
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void generate_budget_endsWithWhatIsPredictedThen(String name) {
    List<DenoisingStep> steps = new ArrayList<>();
    try (DiffusionLM lm = open(name)) {
      GenerationResult result =
          lm.generate(
              chat().stoppingCriterion("budget:steps=3").build(),
              step -> {
                steps.add(step);
                return Signal.CONTINUE;
              });

      assertThat(result.steps()).isEqualTo(3);
      assertThat(steps).hasSize(3);
      assertThat(steps.get(2).tokenIds().asList())
          .startsWith(result.tokenIds().asList().toArray(Integer[]::new));
    }
  }

  @Test
  void generate_settled_seesPredictionsOfOpenRowsAndSureOnesElsewhere() {
    List<Prediction> seen = new ArrayList<>();
    try (DiffusionLM lm = open("llada")) {
      GenerationResult result =
          lm.generate(
              chat()
                  .stoppingCriterion(
                      decoding ->
                          prediction -> {
                            seen.add(prediction);
                            return prediction.steps() == 5
                                ? StoppingCriterion.Verdict.SETTLED
                                : StoppingCriterion.Verdict.CONTINUE;
                          })
                  .build());

      assertThat(result.finishReason())
          .isIn(FinishReason.STOPPING_CRITERION, FinishReason.END_OF_SEQUENCE);
      assertThat(result.steps()).isEqualTo(5);
    }
    assertThat(seen).extracting(Prediction::steps).containsExactly(1, 2, 3, 4, 5);
    for (int i = 0; i < seen.size(); i++) {
      assertThat(seen.get(i).entropies().stream().filter(entropy -> entropy == 0)).hasSize(i + 1);
    }
  }

  @Test
  void generateAll_withStoppingCriteria_givesWhatEachGivesAlone() {
    try (DiffusionLM lm = open("dream")) {
      List<GenerationRequest> requests =
          List.of(
              chat().stoppingCriterion("settled:entropy=1000").seed(1).build(),
              chat().seed(2).build(),
              chat().stoppingCriterion("budget:steps=2").cache("refresh:every=2").seed(3).build());
      List<GenerationResult> together = lm.generateAll(requests);
      for (int i = 0; i < requests.size(); i++) {
        GenerationResult alone = lm.generate(requests.get(i));
        assertThat(alone.tokenIds()).isEqualTo(together.get(i).tokenIds());
        assertThat(alone.confidence()).isEqualTo(together.get(i).confidence());
        assertThat(alone.steps()).isEqualTo(together.get(i).steps());
      }
    }
  }
}
