package io.github.tess2.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.PluginException;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.RewardModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests reward models as users open them. */
class RewardModelTest {
  private static DiffusionLM lm;

  @BeforeAll
  static void open() {
    lm = GoldenModel.open("mistral");
  }

  @AfterAll
  static void close() {
    lm.close();
  }

  private static RewardModel open(Path folder, RewardModel.Readout readout) {
    return RewardModel.open(
        RewardModel.Configuration.builder()
            .model(folder)
            .device(ComputeDevice.CPU)
            .precision(Precision.FP32)
            .readout(readout)
            .build());
  }

  private static double score(RewardModel model, Prompt prompt) {
    return lm.generate(
            GenerationRequest.builder(prompt).seed(4).guidance(BestOf.of(1, model)).build())
        .reward()
        .orElseThrow();
  }

  @Test
  void generate_otherTokenizer_isRefusedBeforeAnyStep(@TempDir Path folder) throws IOException {
    for (String file :
        new String[] {
          "config.json",
          "model.safetensors",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json"
        }) {
      Files.copy(GoldenModel.folder("reward").resolve(file), folder.resolve(file));
    }
    Path tokenizer = folder.resolve("tokenizer.json");
    String json = Files.readString(tokenizer);
    // Two tokens are swapped: the vocabulary has the same size, but texts are encoded differently.
    String a = "\"a\": ";
    String b = "\"b\": ";
    assertThat(json).contains(a, b);
    Files.writeString(tokenizer, json.replace(a, "\0").replace(b, a).replace("\0", b));

    try (RewardModel model = open(folder, RewardModel.Readout.LAST);
        Guidance guidance = RewardGuidance.builder("other", model).build()) {
      assertThatThrownBy(
              () ->
                  lm.generate(
                      GenerationRequest.builder(Prompt.user("Hi")).guidance(guidance).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "guidance \"other\" does not fit its request: the reward model's tokenizer must be"
                  + " the model's, token for token, but their fingerprints are: \\w+ and \\w+");
    }
  }

  @Test
  void generate_rewardModelClosed_failsByName() {
    RewardModel model = open(GoldenModel.folder("reward"), RewardModel.Readout.LAST);
    Guidance guidance = RewardGuidance.builder("closed", model).build();
    model.close();
    model.close();

    assertThatThrownBy(
            () ->
                lm.generate(
                    GenerationRequest.builder(Prompt.user("Hi")).guidance(guidance).build()))
        .isInstanceOf(PluginException.class)
        .hasMessage("guidance \"closed\" failed at step 1: the reward model is closed");
  }

  @Test
  void withReadout_anInfill_readsTheLastPositionEitherWay() {
    Prompt infill = Prompt.infill("1 + ", io.github.tess2.Blank.blank(3), " = 3");
    try (RewardModel last = open(GoldenModel.folder("reward"), RewardModel.Readout.LAST)) {
      double atLast = score(last, infill);

      assertThat(score(last.withReadout(RewardModel.Readout.END), infill))
          .isCloseTo(atLast, within(1e-5));
    }
  }

  @Test
  void withReadout_end_scoresTheAnswerWhereItEnds() {
    // The same answer with more room after its end. If the score is read at the end, the room does
    // not matter.
    Guidance ending =
        RewardGuidance.builder("length", AnswerLength.of(3, 3)).scale(200).iterations(3).build();
    try (RewardModel end = open(GoldenModel.folder("reward"), RewardModel.Readout.END)) {
      GenerationRequest request =
          GenerationRequest.builder(Prompt.user("Hi"))
              .seed(4)
              .guidance(ending, BestOf.of(1, end))
              .build();
      var result = lm.generate(request);
      assertThat(result.tokenIds().length()).as("length of the answer").isEqualTo(3);

      GenerationRequest last =
          GenerationRequest.builder(Prompt.user("Hi"))
              .seed(4)
              .guidance(ending, BestOf.of(1, end.withReadout(RewardModel.Readout.LAST)))
              .build();
      assertThat(lm.generate(last).reward().orElseThrow())
          .as("read at the last position")
          .isNotCloseTo(result.reward().orElseThrow(), within(1e-3));
    }
  }

  @Test
  void named_unknownOption_listsThoseThereAre() {
    assertThatThrownBy(() -> Guidance.named("reward-model", Map.of("scael", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("guidance \"reward-model\" has no option \"scael\"; it has:")
        .hasMessageContaining("path: a path, default the reward model that ships with the library")
        .hasMessageContaining("scale: ", "iterations: ", "temperature: ", "gumbel: ", "hard: ");
  }

  @Test
  void named_unknownName_listsThoseThereAre() {
    assertThatThrownBy(() -> Guidance.named("reward-modle", Map.of()))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining("no GuidanceProvider is named \"reward-modle\"")
        .hasMessageContaining(
            "[best-of, classifier-free, reward-function, reward-model, weighted-sum]");
  }
}
