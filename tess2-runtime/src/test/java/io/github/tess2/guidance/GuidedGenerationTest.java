package io.github.tess2.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.github.tess2.Blank;
import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.PluginException;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.contract.Providers;
import io.github.tess2.spi.DiffusionRuntime;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Plugins;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardModel;
import io.github.tess2.spi.RewardProvider;
import io.github.tess2.spi.Scale;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guidance in whole generations, on a small random model. */
class GuidedGenerationTest {
  private static DiffusionLM lm;

  @RegisterExtension final Providers providers = new Providers();

  @BeforeAll
  static void open() {
    lm = GoldenModel.open("mistral");
  }

  @AfterAll
  static void close() {
    lm.close();
  }

  private static GenerationRequest request(long seed, Guidance... guidance) {
    return GenerationRequest.builder(Prompt.user("What is 1 + 2?"))
        .seed(seed)
        .guidance(guidance)
        .build();
  }

  private static double meanReward(Reward reward, Guidance... guidance) {
    double sum = 0;
    for (int seed = 0; seed < 4; seed++) {
      List<Guidance> all = new ArrayList<>(List.of(guidance));
      all.add(BestOf.of(1, reward));
      sum += lm.generate(request(seed, all.toArray(Guidance[]::new))).reward().orElseThrow();
    }
    return sum / 4;
  }

  @Test
  void generate_climbingAReward_raisesItsMean() {
    Reward reward = SimilarTo.of("The answer is right.");

    double without = meanReward(reward);
    double with = meanReward(reward, RewardGuidance.builder("similar", reward).scale(200).build());

    assertThat(with).as("mean reward under guidance").isGreaterThan(without + 0.1);
  }

  @Test
  void generate_climbingAWantedWord_writesTheWord() {
    Guidance guidance =
        RewardGuidance.builder("wanted", WantedWords.any("z")).scale(50).iterations(3).build();

    String without = lm.generate(request(1)).text();
    String with = lm.generate(request(1, guidance)).text();

    assertThat(without).doesNotContain("z");
    assertThat(with).contains("z");
  }

  @Test
  void generate_rewardModelByName_isTheOneMadeByHand() {
    Path folder = GoldenModel.folder("reward");
    Map<String, ?> options =
        Map.of("path", folder, "precision", "fp32", "scale", 2, "iterations", 2);
    RewardModel.Configuration configuration =
        RewardModel.Configuration.builder()
            .model(folder)
            .device(ComputeDevice.CPU)
            .precision(Precision.FP32)
            .build();
    try (Guidance named = Guidance.named("reward-model", options);
        RewardModel model =
            Plugins.of(DiffusionRuntime.class).only().openRewardModel(configuration)) {
      Guidance made = RewardGuidance.builder("made", model).scale(2).iterations(2).build();
      GenerationResult byName = lm.generate(request(3, named));
      GenerationResult byHand = lm.generate(request(3, made));

      assertThat(byName.tokenIds()).isEqualTo(byHand.tokenIds());
      assertThat(byName.reward()).isEqualTo(byHand.reward()).isPresent();
      assertThat(byName.tokenIds()).isNotEqualTo(lm.generate(request(3)).tokenIds());
    }
  }

  @Test
  void generate_scaleZero_isNoGuidance() {
    Guidance none = RewardGuidance.builder("none", WantedWords.any("z")).scale(0).build();

    assertThat(lm.generate(request(5, none)).tokenIds())
        .isEqualTo(lm.generate(request(5)).tokenIds());
  }

  @Test
  void generate_guidedAmongOthersInABatch_isWhatItIsAlone() {
    Guidance guidance = RewardGuidance.builder("wanted", WantedWords.any("z")).scale(50).build();
    GenerationRequest guided = request(1, guidance);

    List<GenerationResult> together = lm.generateAll(List.of(request(9), guided, request(8)));

    assertThat(together.get(1).tokenIds()).isEqualTo(lm.generate(guided).tokenIds());
    assertThat(together.get(0).tokenIds()).isEqualTo(lm.generate(request(9)).tokenIds());
  }

  @Test
  void generate_bestOfSeveral_keepsTheBestOfTheirSeeds() {
    Reward reward = SimilarTo.of("The answer is right.");

    GenerationResult one = lm.generate(request(11, BestOf.of(1, reward)));
    GenerationResult eight = lm.generate(request(11, BestOf.of(8, reward)));

    assertThat(eight.reward().orElseThrow()).isGreaterThan(one.reward().orElseThrow());
    assertThat(eight.seed()).as("the seed that repeats it").isEqualTo(11);
  }

  @Test
  void generate_bestOfMore_isNeverWorse() {
    Reward reward = AnswerLength.of(1, 3);
    double last = Double.NEGATIVE_INFINITY;
    for (int n = 1; n <= 5; n++) {
      double best = lm.generate(request(12, BestOf.of(n, reward))).reward().orElseThrow();

      // Candidate i has the same seed for every n.
      assertThat(best).as("best of %d", n).isGreaterThanOrEqualTo(last);
      last = best;
    }
  }

  @Test
  void generate_bestOfUnderGuidance_guidesEachCandidate() {
    Reward reward = SimilarTo.of("The answer is right.");
    Guidance guidance = RewardGuidance.builder("similar", reward).scale(200).build();

    double best = lm.generate(request(13, BestOf.of(3, reward))).reward().orElseThrow();
    double both = lm.generate(request(13, guidance, BestOf.of(3, reward))).reward().orElseThrow();

    assertThat(both).isGreaterThan(best);
  }

  @Test
  void generate_bestOfCancelled_givesTheFirstWithoutReward() {
    List<Integer> steps = new ArrayList<>();
    GenerationListener listener =
        step -> {
          steps.add(step.step());
          return GenerationListener.Signal.CANCEL;
        };

    GenerationResult result =
        lm.generate(request(14, BestOf.of(3, WantedWords.any("z"))), listener);

    assertThat(steps).containsExactly(1);
    assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(result.reward()).isEmpty();
  }

  @Test
  void generate_twoThatWantCandidates_saysWhich() {
    Reward reward = WantedWords.any("z");

    assertThatThrownBy(() -> lm.generate(request(1, BestOf.of(2, reward), BestOf.of(3, reward))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "at most one guidance of a request may ask for several candidates, but two do:"
                + " best-of and best-of");
  }

  @Test
  void generate_rewardThatFails_endsItsRequestByName() {
    Guidance broken =
        RewardGuidance.builder(
                "third-party",
                input -> {
                  throw new IllegalStateException("no network");
                })
            .build();

    assertThatThrownBy(() -> lm.generate(request(1, broken)))
        .isInstanceOf(PluginException.class)
        .hasMessage("guidance \"third-party\" failed at step 1: no network");
  }

  @Test
  void generate_bestOfWithAFailingJudge_failsByName() {
    Reward broken = new Unreachable().create(OptionValues.of("", List.of(), Map.of()));

    assertThatThrownBy(() -> lm.generate(request(1, BestOf.of(2, broken))))
        .isInstanceOf(PluginException.class)
        .hasMessage(
            "guidance \"best-of\" failed at step 6: reward \"%s\": no network",
            broken.getClass().getName());
  }

  @Test
  void generate_bestOfWithAFailingJudgeByName_failsByThatName() throws Exception {
    providers.install(RewardProvider.class, Unreachable.class);
    Guidance broken = Guidance.named("best-of", Map.of("n", 2, "reward", "unreachable"));

    assertThatThrownBy(() -> lm.generate(request(1, broken)))
        .isInstanceOf(PluginException.class)
        .hasMessage("guidance \"best-of\" failed at step 6: reward \"unreachable\": no network");
  }

  @Test
  void generate_bestOfWhoseJudgeDoesNotFit_saysWhichDoesNot() {
    Guidance tooLong = Guidance.named("best-of", Map.of("reward", "answer-length(min=99)"));

    assertThatThrownBy(() -> lm.generate(request(1, tooLong)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "guidance \"best-of\" does not fit its request: reward \"answer-length\":"
                + " answer-length's min must be at most the 12 tokens of the request's length, but"
                + " is: 99");
  }

  /** A judge that reads the logits sees them as the earlier guidances adjusted them. */
  @Test
  void generate_bestOfUnderAFailingGuidance_namesTheGuidance() {
    Guidance broken =
        new Guidance() {
          @Override
          public String name() {
            return "third-party";
          }

          @Override
          public Run begin(Request request) {
            return canvas ->
                canvas.adjust(
                    (logits, from, to) -> {
                      throw new IllegalStateException("no table");
                    });
          }
        };
    GenerationRequest oneStep =
        GenerationRequest.builder(Prompt.user("Hi"))
            .steps(1)
            .guidance(broken, BestOf.of(2, AnswerLength.of(0, 9)))
            .build();

    assertThatThrownBy(() -> lm.generate(oneStep))
        .isInstanceOf(PluginException.class)
        .hasMessage("guidance \"third-party\" failed at step 1: no table");
  }

  /** Finds a reward that always fails. */
  public static final class Unreachable implements RewardProvider {
    @Override
    public String name() {
      return "unreachable";
    }

    @Override
    public List<Option<?>> options() {
      return List.of();
    }

    @Override
    public Reward create(OptionValues options) {
      return input -> {
        throw new IllegalStateException("no network");
      };
    }
  }

  @Test
  void generate_lengthOfAnInfill_isRefusedBeforeAnyStep() {
    GenerationRequest infill =
        GenerationRequest.builder(Prompt.infill("1 + 2 = ", Blank.blank(2), "."))
            .guidance(RewardGuidance.builder("length", AnswerLength.of(1, 2)).build())
            .build();

    assertThatThrownBy(() -> lm.generate(infill))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "guidance \"length\" does not fit its request: answer-length must guide an answer that"
                + " ends by itself, but guides: an infill");
  }

  @Test
  void generate_wordInAnInfill_fillsItIn() {
    GenerationRequest infill =
        GenerationRequest.builder(Prompt.infill("1 + 2 = ", Blank.blank(3), "."))
            .guidance(
                RewardGuidance.builder("wanted", WantedWords.any("z"))
                    .scale(60)
                    .iterations(3)
                    .build())
            .build();

    assertThat(lm.generate(infill).blanks().get(0)).contains("z");
  }

  @Test
  void generate_bannedWord_leavesItOut() {
    Guidance wanted = RewardGuidance.builder("wanted", WantedWords.any("z")).scale(50).build();
    Guidance banned =
        RewardGuidance.builder("banned", BannedWords.of("z")).scale(400).iterations(3).build();

    String with = lm.generate(request(1, wanted)).text();
    String without = lm.generate(request(1, wanted, banned)).text();

    assertThat(with).contains("z");
    assertThat(without).doesNotContain("z");
  }

  /** The ban applies to answers that end by themselves and to infills. */
  @Test
  void generate_bannedWordTooLongForTheAnswer_scoresNoLoss() {
    Reward banned = BannedWords.of("zyxwvutsrqponmlkjihgfedcba");
    Guidance guidance = RewardGuidance.builder("banned", banned).build();
    Prompt blanks = Prompt.infill("1 + 2 = ", Blank.blank(2), " or ", Blank.blank(2));

    GenerationResult answer = lm.generate(request(1, guidance, BestOf.of(1, banned)));
    GenerationResult infill =
        lm.generate(GenerationRequest.builder(blanks).guidance(guidance).build());

    assertThat(answer.reward().orElseThrow()).isCloseTo(0, within(1e-6));
    assertThat(infill.reward().orElseThrow()).isCloseTo(0, within(1e-6));
  }

  @Test
  void generate_wantedWordTooLongForTheAnswer_isRefused() {
    Reward wanted = WantedWords.any("zyxwvutsrqponmlkjihgfedcba");

    assertThatThrownBy(
            () -> lm.generate(request(1, RewardGuidance.builder("wanted", wanted).build())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "guidance \"wanted\" does not fit its request: words must fit into the answer's 12"
                + " tokens, but [zyxwvutsrqponmlkjihgfedcba] take at least: ");
  }

  @Test
  void generate_patternAtAPosition_standsThere() {
    Guidance digits =
        RewardGuidance.builder("digits", PatternAt.of(0, "[0-9]", "[0-9]", "<eos>"))
            .scale(30)
            .iterations(3)
            .build();

    assertThat(lm.generate(request(2, digits)).text().strip()).matches("[0-9] ?[0-9]");
  }

  @Test
  void generate_shortAnswersWanted_endsEarly() {
    Guidance brief =
        RewardGuidance.builder("length", AnswerLength.of(2, 4)).scale(30).iterations(3).build();

    GenerationResult result = lm.generate(request(2, brief));

    assertThat(result.finishReason()).isEqualTo(FinishReason.END_OF_SEQUENCE);
    assertThat(result.tokenIds().length()).isBetween(2, 4);
  }

  @Test
  void generate_classifierFreeAtOne_isNoGuidance() {
    assertThat(lm.generate(request(6, ClassifierFree.of(1))).tokenIds())
        .isEqualTo(lm.generate(request(6)).tokenIds());
  }

  @ParameterizedTest
  @CsvSource({"0,LOGITS", "0,PROBABILITIES", "0.5,LOGITS", "0.5,PROBABILITIES", "3,PROBABILITIES"})
  void generate_classifierFreeAfterABan_keepsTheBan(double scale, ClassifierFree.Space space) {
    Guidance.Run banning =
        canvas ->
            canvas.adjust(
                (logits, from, to) -> {
                  // Rules out all tokens except two.
                  NDArray only = logits.mul(0).sub(Float.POSITIVE_INFINITY);
                  only.set(new NDIndex(":, 40:42"), logits.get(":, 40:42"));
                  return only;
                });
    Guidance ban =
        new Guidance() {
          @Override
          public String name() {
            return "ban";
          }

          @Override
          public Run begin(Request request) {
            return banning;
          }
        };
    Guidance free = ClassifierFree.of(Scale.constant(scale), space);

    GenerationResult result = lm.generate(request(6, ban, free));

    assertThat(result.tokenIds().asList()).hasSize(12).allMatch(id -> id == 40 || id == 41);
  }

  @Test
  void generate_classifierFreeAtZero_forgetsThePrompt() {
    GenerationRequest other =
        GenerationRequest.builder(Prompt.user("Sort: pear, fig"))
            .seed(6)
            .guidance(ClassifierFree.of(0))
            .build();

    assertThat(lm.generate(request(6, ClassifierFree.of(0))).tokenIds())
        .isEqualTo(lm.generate(other).tokenIds());
  }
}
