package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.generation.OpenModel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.Blank;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.PluginException;
import io.github.tess2.Prompt;
import io.github.tess2.guidance.RewardGuidance;
import io.github.tess2.runtime.generation.DeterminismTest.Outcome;
import io.github.tess2.spi.CanvasPolicy;
import io.github.tess2.spi.CanvasPolicy.Window;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.Prediction;
import io.github.tess2.spi.Reward;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests requests whose canvas changes while they run. */
class CanvasPolicyTest {
  private static OpenModel model;

  @BeforeAll
  static void open() {
    model = new OpenModel("mistral");
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static GenerationResult generate(GenerationRequest.Builder request) {
    return model.lm.generate(request.build());
  }

  /** Cuts the canvas to some rows after a step. */
  private static CanvasPolicy cut(int step, int rows) {
    return asked ->
        new CanvasPolicy.Run() {
          @Override
          public Window first() {
            return new Window(0, asked.rows());
          }

          @Override
          public boolean watches() {
            return true;
          }

          @Override
          public int end(Prediction prediction, Window window) {
            return prediction.step() == step ? rows : window.to();
          }
        };
  }

  @Test
  void generate_whole_isWhatThereIsWithoutOne() {
    assertThat(Outcome.of(generate(request(3).canvas("whole"))))
        .isEqualTo(Outcome.of(generate(request(3))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"simplex-ddpm", "simplex-ddim"})
  void generate_trim_dropsWhatLiesBehindASettledEnd(String sampler) {
    EndsAtFive guidance = new EndsAtFive();

    GenerationResult result =
        generate(request(3).steps(6).sampler(sampler).canvas("trim").guidance(guidance));

    assertThat(guidance.rows).containsExactly(12, 12, 12, 5, 5, 5);
    assertThat(guidance.positions).containsExactly(12, 5);
    assertThat(result.finishReason()).isEqualTo(FinishReason.END_OF_SEQUENCE);
    assertThat(result.tokenIds().length()).isEqualTo(4);
    assertThat(result.steps()).isEqualTo(6);
  }

  @Test
  void generate_trimThatKeepsSome_leavesThem() {
    EndsAtFive guidance = new EndsAtFive();

    generate(request(3).steps(5).canvas("trim:steps=1,keep=3").guidance(guidance));

    assertThat(guidance.rows).containsExactly(12, 12, 8, 8, 8);
  }

  @Test
  void generate_dropped_tellsTheListenerOfAnEnd() {
    int eos = model.lm.tokenizer().eosId();
    List<List<Integer>> ids = new ArrayList<>();

    model.lm.generate(
        request(3).canvas(cut(2, 5)).build(),
        step -> {
          ids.add(step.tokenIds().asList());
          return GenerationListener.Signal.CONTINUE;
        });

    assertThat(ids).hasSize(4).allMatch(all -> all.size() == 12);
    assertThat(ids.get(3).subList(5, 12)).containsOnly(eos);
  }

  /** Everything is the same until the cut, and rows keep their random numbers after it. */
  @Test
  void generate_cutAfterTheStepBeforeTheLast_startsFromTheSameState() {
    List<Integer> first = new ArrayList<>();
    List<Integer> second = new ArrayList<>();
    model.lm.generate(request(3).build(), step -> note(first, step.tokenIds().asList()));
    model.lm.generate(
        request(3).canvas(cut(3, 5)).build(), step -> note(second, step.tokenIds().asList()));

    assertThat(second.subList(0, 36 - 7)).isEqualTo(first.subList(0, 36 - 7));
  }

  private static GenerationListener.Signal note(List<Integer> all, List<Integer> ids) {
    all.addAll(ids);
    return GenerationListener.Signal.CONTINUE;
  }

  @Test
  void generate_blocks_giveEachBlockAllSteps() {
    List<String> seen = new ArrayList<>();
    GenerationResult result =
        model.lm.generate(
            request(3).length(10).steps(3).canvas("blocks:length=4").build(),
            step -> {
              seen.add(step.step() + "/" + step.total() + ":" + step.tokenIds().length());
              return GenerationListener.Signal.CONTINUE;
            });

    assertThat(seen).startsWith("1/9:4", "2/9:4", "3/9:4").hasSize(result.steps());
    assertThat(result.steps() % 3).isZero();
  }

  @Test
  void generate_blocks_makeEachBlockPartOfThePrompt() {
    List<List<Integer>> prompts = new ArrayList<>();
    List<Integer> lengths = new ArrayList<>();
    Guidance reader =
        new IdleGuidance("reader") {
          @Override
          public Guidance.Run begin(Request request) {
            int start = request.positions().get(0);
            prompts.add(request.ids().subArray(0, start).asList());
            lengths.add(request.positions().length());
            int eos = request.tokenizer().eosId();
            return step ->
                step.adjust(
                    (logits, from, to) -> {
                      logits.set(new ai.djl.ndarray.index.NDIndex(":, " + eos), -100f);
                      return logits;
                    });
          }
        };

    GenerationResult result =
        generate(request(3).length(10).canvas("blocks:length=4").guidance(reader));

    assertThat(lengths).containsExactly(4, 4, 2);
    int head = prompts.get(0).size();
    assertThat(prompts.get(2).subList(head, head + 8))
        .isEqualTo(result.tokenIds().asList().subList(0, 8));
    assertThat(result.tokenIds().length()).isEqualTo(10);
    assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(result.steps()).isEqualTo(12);
  }

  @Test
  void generate_blocksThatEnd_stopThere() {
    GenerationResult result =
        generate(
            request(3)
                .length(12)
                .canvas("blocks:length=3")
                .guidance(
                    new IdleGuidance("end") {
                      @Override
                      public void guide(GuidedStep step) {
                        int eos = model.lm.tokenizer().eosId();
                        step.adjust(
                            (logits, from, to) -> {
                              logits.set(new ai.djl.ndarray.index.NDIndex(":, " + eos), 100f);
                              return logits;
                            });
                      }
                    }));

    assertThat(result.steps()).isEqualTo(4);
    assertThat(result.finishReason()).isEqualTo(FinishReason.END_OF_SEQUENCE);
  }

  @Test
  void generate_blockOfTheWholeLength_isTheWholeCanvas() {
    assertThat(Outcome.of(generate(request(3).canvas("blocks:length=12"))))
        .isEqualTo(Outcome.of(generate(request(3))));
  }

  @Test
  void generate_blocksUnderABudget_endAfterIt() {
    GenerationResult result =
        generate(
            request(3).length(12).canvas("blocks:length=2").stoppingCriterion("budget:steps=6"));

    assertThat(result.steps()).isLessThanOrEqualTo(6);
  }

  @Test
  void generateAll_anyCanvas_givesWhatEachGivesAlone() {
    List<GenerationRequest> requests =
        List.of(
            request(3).canvas("trim:steps=1").build(),
            request(4).build(),
            request(5).canvas("blocks:length=5").build(),
            request(6).canvas(cut(1, 3)).sampler("simplex-ddim").build(),
            request(7).canvas("blocks:length=5").stoppingCriterion("settled:entropy=1000").build());
    List<Outcome> alone = requests.stream().map(model.lm::generate).map(Outcome::of).toList();

    assertThat(model.lm.generateAll(requests)).map(Outcome::of).isEqualTo(alone);
  }

  @Test
  void generate_always_freesAll() {
    int before = model.owned();

    generate(request(3).canvas("blocks:length=5"));
    generate(request(3).canvas(cut(2, 3)).sampler("simplex-ddim"));

    assertThat(model.owned()).as("tensors and managers").isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"trim", "blocks"})
  void generate_infill_isRefused(String canvas) {
    GenerationRequest infill =
        GenerationRequest.builder(Prompt.infill("a ", Blank.blank(3), " b")).canvas(canvas).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.lm.generate(infill))
        .withMessage(
            "canvas \""
                + canvas
                + "\" does not fit its request: the prompt must be a chat or raw text, whose answer"
                + " has an end, but is: an infill");
  }

  @Test
  void generate_severalCandidatesInBlocks_areRefused() {
    Guidance judge =
        new IdleGuidance("judge") {
          @Override
          public int candidates() {
            return 2;
          }

          @Override
          public OptionalDouble score() {
            return OptionalDouble.of(1);
          }
        };

    assertThatIllegalArgumentException()
        .isThrownBy(() -> generate(request(3).canvas("blocks:length=4").guidance(judge)))
        .withMessage(
            "canvas \"blocks\" generates one window after another, so no guidance may ask for"
                + " several candidates, but one does: judge");
  }

  @Test
  void generate_windowThatDoesNotFollow_isRefused() {
    CanvasPolicy jumps =
        new CanvasPolicy() {
          @Override
          public CanvasPolicy.Run begin(io.github.tess2.spi.DecodingRequest request) {
            return new CanvasPolicy.Run() {
              @Override
              public Window first() {
                return new Window(0, 4);
              }

              @Override
              public int windows() {
                return 2;
              }

              @Override
              public Optional<Window> next(Prediction prediction, Window window) {
                return Optional.of(new Window(6, 8));
              }
            };
          }
        };

    assertThatThrownBy(() -> generate(request(3).canvas(jumps)))
        .isInstanceOf(PluginException.class)
        .hasMessage(
            "canvas \""
                + jumps.getClass().getName()
                + "\" must continue after [0, 4), within 12 rows, but continues with: [6, 8)");
  }

  /** What a reward keeps for a request belongs to the sequence before the change. */
  @ParameterizedTest
  @CsvSource({"whole, 1", "trim:steps=1, 2", "blocks:length=6, 2"})
  void perRequest_windowThatChanges_isMadeAnew(String canvas, int expected) {
    List<Integer> made = new ArrayList<>();
    Object key = new Object();
    Reward reward =
        input -> {
          made.add(
              input.perRequest(
                  key,
                  owner -> {
                    owner.create(1f);
                    return made.size();
                  }));
          return input.probabilitiesOf(3).sum(new int[] {1, 2});
        };

    generate(
        request(3)
            .steps(6)
            .canvas(canvas)
            .guidance(
                canvas.startsWith("trim") ? new EndsAtFive() : new IdleGuidance("idle"),
                RewardGuidance.builder("counted", reward).scale(0.01).build()));

    assertThat(made.stream().distinct()).hasSize(expected);
  }
}
