package io.github.tess2.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.PluginException;
import io.github.tess2.Prompt;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardInput;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A failing reward or guidance of a third party ends only its own request, and the error names it.
 */
class FailingPluginsTest {
  private static DiffusionLM lm;

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

  private static NDArray some(RewardInput input) {
    return input.probabilitiesOf(40).squeeze(-1).sum(new int[] {1});
  }

  static Stream<Arguments> rewards() {
    return Stream.of(
        broken(
            "no network",
            input -> {
              throw new IllegalStateException("no network");
            }),
        broken(
            "java.lang.NullPointerException",
            input -> {
              throw new NullPointerException();
            }),
        broken(
            "broken invariant",
            input -> {
              throw new AssertionError("broken invariant");
            }),
        broken(
            "java.lang.StackOverflowError",
            input -> {
              throw new StackOverflowError();
            }),
        broken("the score must be a tensor, but is: null", input -> null),
        broken("the score must be finite, but is: NaN", input -> some(input).mul(Float.NaN)),
        broken("the score must be finite, but is: Infinity", input -> some(input).div(0)),
        broken(
            "the score must be float32 with the shape (1), but is: float32 (1, 12)",
            input -> input.probabilitiesOf(40).squeeze(-1)),
        broken(
            "the score must be float32 with the shape (1), but is: float32 ()",
            input -> input.probabilitiesOf(40).sum()),
        broken(
            "the score must be float32 with the shape (1), but is: float64 (1)",
            input -> some(input).toType(DataType.FLOAT64, true)),
        broken(
            "the score must have a gradient for the probabilities or embeddings, but has none: each"
                + " operation between them must be differentiable",
            input -> input.manager().create(new float[] {1})),
        broken(
            "the score's gradient must be finite, but is not", input -> some(input).mul(0).sqrt()),
        broken("token id (300) must be less than size (300)", input -> input.probabilitiesOf(300)));
  }

  private static Arguments broken(String message, Reward reward) {
    return Arguments.of(message, reward);
  }

  @ParameterizedTest
  @MethodSource("rewards")
  void generateAll_rewardFails_endsItsRequestOnly(String message, Reward reward) throws Exception {
    Guidance broken = RewardGuidance.builder("third-party", reward).build();

    List<CompletableFuture<GenerationResult>> answers =
        lm.generateAllAsync(List.of(request(8), request(1, broken), request(9)));

    assertThat(answers.get(0).get().tokenIds()).isEqualTo(lm.generate(request(8)).tokenIds());
    assertThat(answers.get(2).get().tokenIds()).isEqualTo(lm.generate(request(9)).tokenIds());
    assertThatThrownBy(() -> answers.get(1).get())
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(PluginException.class)
        .hasMessage("guidance \"third-party\" failed at step 1: " + message);
    assertThatThrownBy(() -> lm.generateAll(List.of(request(8), request(1, broken))))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining("third-party");
  }

  static Stream<Arguments> guidances() {
    return Stream.of(
        Arguments.of(
            "failed at step 1: the adjusted logits must not be null",
            adjusting((logits, from, to) -> null)),
        Arguments.of(
            "failed at step 1: the adjusted logits must be float32 (12, 300), but are: float32"
                + " (12, 299)",
            adjusting((logits, from, to) -> logits.get(":, 1:"))),
        Arguments.of(
            "failed at step 1: the adjusted logits must have a finite maximum at each position, but"
                + " have: NaN or infinity",
            adjusting((logits, from, to) -> logits.mul(Float.NaN))),
        Arguments.of(
            "failed at step 1: no table",
            adjusting(
                (logits, from, to) -> {
                  throw new IllegalStateException("no table");
                })),
        Arguments.of(
            "failed in begin(): no file",
            beginning(
                () -> {
                  throw new IllegalStateException("no file");
                })),
        Arguments.of("failed in begin(): its run must not be null", beginning(() -> null)),
        Arguments.of("failed in score(): no score", new Scoreless()));
  }

  @ParameterizedTest
  @MethodSource("guidances")
  void generate_guidanceFails_isAnErrorThatNamesIt(String message, Guidance broken) {
    assertThatThrownBy(() -> lm.generate(request(1, broken)))
        .isInstanceOf(PluginException.class)
        .hasMessage("guidance \"third-party\" " + message);
  }

  static Stream<Guidance> unfit() {
    Reward reward =
        new Reward() {
          @Override
          public void check(Guidance.Request request) {
            throw new IllegalArgumentException("no room");
          }

          @Override
          public NDArray score(RewardInput input) {
            return some(input);
          }
        };
    return Stream.of(
        RewardGuidance.builder("third-party", reward).build(),
        beginning(
            () -> {
              throw new IllegalArgumentException("no room");
            }));
  }

  @ParameterizedTest
  @MethodSource("unfit")
  void generateAllAsync_guidanceDoesNotFitOne_endsThatOneOnly(Guidance unfit) throws Exception {
    List<CompletableFuture<GenerationResult>> answers =
        lm.generateAllAsync(List.of(request(8), request(1, unfit), request(9)));

    assertThat(answers.get(0).get().tokenIds()).isEqualTo(lm.generate(request(8)).tokenIds());
    assertThat(answers.get(2).get().tokenIds()).isEqualTo(lm.generate(request(9)).tokenIds());
    assertThatThrownBy(() -> answers.get(1).get())
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("guidance \"third-party\" does not fit its request: no room");
  }

  @Test
  void generateAllAsync_oneCancelled_endsThatOneOnly() throws Exception {
    CompletableFuture<CompletableFuture<GenerationResult>> second = new CompletableFuture<>();
    Guidance cancelling = beginning(() -> step -> second.join().cancel(false));

    List<CompletableFuture<GenerationResult>> answers =
        lm.generateAllAsync(List.of(request(8, cancelling), request(9)));
    second.complete(answers.get(1));

    assertThat(answers.get(0).get().steps()).isEqualTo(6);
    assertThat(answers.get(1)).isCancelled();
  }

  private static Guidance adjusting(GuidedStep.Adjustment adjustment) {
    return beginning(() -> step -> step.adjust(adjustment));
  }

  private static Guidance beginning(Supplier<Guidance.Run> begin) {
    return new Guidance() {
      @Override
      public String name() {
        return "third-party";
      }

      @Override
      public Run begin(Request request) {
        return begin.get();
      }
    };
  }

  /** Asks for two candidates but cannot score them. */
  private static final class Scoreless implements Guidance {
    @Override
    public String name() {
      return "third-party";
    }

    @Override
    public int candidates() {
      return 2;
    }

    @Override
    public Run begin(Request request) {
      return new Run() {
        @Override
        public void guide(GuidedStep step) {}

        @Override
        public OptionalDouble score() {
          throw new IllegalStateException("no score");
        }
      };
    }
  }
}
