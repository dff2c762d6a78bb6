package io.github.tess2.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.PluginException;
import io.github.tess2.Prompt;
import io.github.tess2.contract.Providers;
import io.github.tess2.spi.Canvas;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.PluginSpec;
import io.github.tess2.spi.RewardGuidance;
import io.github.tess2.spi.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What guidances do to the logits, seen by guidances before and after them. */
class WeightedSumTest {
  private static final double TOLERANCE = 1e-4;

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

  /** Reads the first step's logits, and what another prompt would give. */
  private static final class Reader implements Guidance {
    private final List<float[]> seen = new ArrayList<>();

    @Override
    public String name() {
      return "reader";
    }

    @Override
    public Run begin(Request request) {
      return canvas -> {
        if (canvas.step() == 1) {
          try (NDArray all = canvas.logits(0, canvas.rows())) {
            seen.add(all.toFloatArray());
          }
        }
      };
    }

    float[] logits() {
      assertThat(seen).as("first steps seen").hasSize(1);
      return seen.get(0);
    }
  }

  private static float[] guided(Guidance... guidance) {
    Reader reader = new Reader();
    List<Guidance> all = new ArrayList<>(List.of(guidance));
    all.add(reader);
    lm.generate(
        GenerationRequest.builder(Prompt.user("What is 1 + 2?"))
            .steps(2)
            .seed(1)
            .guidance(all.toArray(Guidance[]::new))
            .build());
    return reader.logits();
  }

  private static Guidance wanted(String word, double scale) {
    return RewardGuidance.builder("wanted", WantedWords.any(word)).scale(scale).build();
  }

  private static void assertSame(float[] actual, double[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  @Test
  void guide_twoParts_addsTheirWeightedChanges() {
    Guidance first = wanted("z", 5);
    Guidance second = ClassifierFree.of(3);
    float[] plain = guided();
    float[] one = guided(first);
    float[] two = guided(second);
    double[] expected = new double[plain.length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = plain[i] + 0.5 * (one[i] - plain[i]) - 2 * (two[i] - plain[i]);
    }

    float[] sum =
        guided(WeightedSum.builder().add(0.5, first).add(Scale.constant(-2), second).build());

    assertSame(sum, expected);
    assertThat(sum).isNotEqualTo(plain);
  }

  @Test
  void guide_byName_isTheSumMadeByHand() {
    Guidance byHand =
        WeightedSum.builder().add(1, wanted("z", 5)).add(0.5, ClassifierFree.of(3)).build();
    try (Guidance named =
        Guidance.named(
            PluginSpec.parse(
                "weighted-sum:weights=1|0.5,parts=reward-function(reward=wanted-words(words=z,"
                    + "mode=any),scale=5)|classifier-free(scale=3)"))) {
      assertThat(guided(named)).containsExactly(guided(byHand));
    }
  }

  @Test
  void guide_weightZero_leavesThePartOut() {
    assertThat(guided(WeightedSum.builder().add(0, wanted("z", 5)).build()))
        .containsExactly(guided());
  }

  @Test
  void guide_partFails_namesSumAndPart() {
    Guidance broken =
        RewardGuidance.builder(
                "third-party",
                input -> {
                  throw new IllegalStateException("no network");
                })
            .build();

    assertThatThrownBy(() -> guided(WeightedSum.builder().add(1, broken).build()))
        .isInstanceOf(PluginException.class)
        .hasMessage("guidance \"weighted-sum\" failed at step 1: part \"third-party\": no network");
  }

  static Stream<Arguments> faults() {
    String step = "guidance \"weighted-sum\" failed at step 1: part \"third-party\": ";
    String began = "guidance \"weighted-sum\" failed as it began: part \"third-party\": ";
    return Stream.of(
        Arguments.of(
            began + "no file",
            new Tampering() {
              @Override
              public Run begin(Request request) {
                throw new IllegalStateException("no file");
              }
            }),
        Arguments.of(
            began + "its run must not be null",
            new Tampering() {
              @Override
              public Run begin(Request request) {
                return null;
              }
            }),
        Arguments.of(
            step + "java.lang.NullPointerException",
            new Tampering() {
              @Override
              void guide(Canvas canvas) {
                throw new NullPointerException();
              }
            }),
        Arguments.of(
            step + "no table",
            adjusting(
                (logits, from, to) -> {
                  throw new IllegalStateException("no table");
                })),
        Arguments.of(
            step + "the adjusted logits must not be null", adjusting((logits, from, to) -> null)),
        Arguments.of(
            step
                + "the adjusted logits must have a finite maximum at each position, but have: NaN or"
                + " infinity",
            adjusting((logits, from, to) -> logits.mul(Float.NaN))),
        Arguments.of(
            step + "the adjusted logits must be float32 (12, 300), but are: float32 (1, 300)",
            adjusting((logits, from, to) -> logits.get("0:1"))),
        Arguments.of(
            "guidance \"weighted-sum\" failed as it told its score: part \"third-party\": no score",
            new Tampering() {
              @Override
              OptionalDouble score() {
                throw new IllegalStateException("no score");
              }
            }),
        Arguments.of(
            "guidance \"weighted-sum\" failed as it was closed: part \"third-party\": out of luck",
            new Tampering() {
              @Override
              void end() {
                throw new IllegalStateException("out of luck");
              }
            }));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void generate_partBreaks_namesSumAndPart(String message, Guidance broken) {
    Guidance sum = WeightedSum.builder().add(1, ClassifierFree.of(2)).add(0.5, broken).build();

    assertThatThrownBy(() -> guided(sum)).isInstanceOf(PluginException.class).hasMessage(message);
  }

  /** A part that reads the logits meets its own adjustment, which it is named for but once. */
  @Test
  void guide_partReadsItsOwnBrokenAdjustment_isNamedOnce() {
    Guidance broken =
        new Tampering() {
          @Override
          void guide(Canvas canvas) {
            canvas.adjust((logits, from, to) -> null);
            canvas.logits(0, 1);
          }
        };

    assertThatThrownBy(() -> guided(WeightedSum.builder().add(1, broken).build()))
        .isInstanceOf(PluginException.class)
        .hasMessage(
            "guidance \"weighted-sum\" failed at step 1: part \"third-party\": the adjusted logits"
                + " must not be null");
  }

  @Test
  void begin_partDoesNotFit_namesSumAndPart() {
    Guidance unfit = RewardGuidance.builder("length", AnswerLength.of(99, 99)).build();

    assertThatThrownBy(() -> guided(WeightedSum.builder().add(1, unfit).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "guidance \"weighted-sum\" does not fit its request: part \"length\": answer-length's"
                + " min must be");
  }

  @Test
  void begin_laterPartFailsAndEarlierFailsToClose_throwsTheFirstOfThem() {
    Guidance first =
        new Tampering() {
          @Override
          void end() {
            throw new IllegalStateException("still in use");
          }
        };
    Guidance second =
        new Tampering() {
          @Override
          public Run begin(Request request) {
            throw new IllegalStateException("no file");
          }
        };

    assertThatThrownBy(() -> guided(WeightedSum.builder().add(1, first).add(1, second).build()))
        .hasMessageEndingWith("part \"third-party\": no file")
        .cause()
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("part \"third-party\": still in use"));
  }

  @Test
  void named_laterPartUnknownAndEarlierFailsToClose_saysWhatIsUnknown() throws Exception {
    providers.install(GuidanceProvider.class, Sticking.class);

    assertThatThrownBy(() -> Guidance.named("weighted-sum", Map.of("parts", "sticking|none-such")))
        .isInstanceOf(PluginException.class)
        .hasMessageStartingWith("no GuidanceProvider is named \"none-such\"")
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("still in use"));
  }

  /** Finds a guidance that fails to close. */
  public static final class Sticking implements GuidanceProvider {
    @Override
    public String name() {
      return "sticking";
    }

    @Override
    public List<Option<?>> options() {
      return List.of();
    }

    @Override
    public Guidance create(OptionValues options) {
      return new Tampering() {
        @Override
        public void close() {
          throw new IllegalStateException("still in use");
        }
      };
    }
  }

  private static Guidance adjusting(Canvas.Adjustment adjustment) {
    return new Tampering() {
      @Override
      void guide(Canvas canvas) {
        canvas.adjust(adjustment);
      }
    };
  }

  /** Guides nothing, unless a part of it is replaced. */
  static class Tampering implements Guidance {
    @Override
    public String name() {
      return "third-party";
    }

    @Override
    public Run begin(Request request) {
      return new Run() {
        @Override
        public void guide(Canvas canvas) {
          Tampering.this.guide(canvas);
        }

        @Override
        public OptionalDouble score() {
          return Tampering.this.score();
        }

        @Override
        public void close() {
          end();
        }
      };
    }

    void guide(Canvas canvas) {}

    OptionalDouble score() {
      return OptionalDouble.empty();
    }

    void end() {}
  }

  @Test
  void build_withoutParts_isRejected() {
    assertThatThrownBy(() -> WeightedSum.builder().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a weighted sum must have at least one part");
  }

  @Test
  void add_bestOf_isRejected() {
    assertThatThrownBy(() -> WeightedSum.builder().add(1, BestOf.of(2, WantedWords.any("z"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a part of a weighted sum must generate one candidate, but \"best-of\" generates: 2");
  }

  @Test
  void named_otherNumberOfWeights_isRejected() {
    assertThatThrownBy(
            () ->
                Guidance.named(PluginSpec.parse("weighted-sum:parts=classifier-free,weights=1|2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there must be a weight for each of the 1 parts, but there are: 2");
  }

  @Test
  void classifierFree_eitherSpace_isTheLiteralFormula() {
    float[] c = guided();
    float[] u = guided(ClassifierFree.of(0));
    double s = 2.5;
    double[] onLogits = new double[c.length];
    double[] onProbabilities = new double[c.length];
    int width = 300;
    for (int row = 0; row < c.length; row += width) {
      double[] p = softmax(c, row, width);
      double[] q = softmax(u, row, width);
      for (int i = 0; i < width; i++) {
        onLogits[row + i] = u[row + i] + s * (c[row + i] - u[row + i]);
        onProbabilities[row + i] = Math.log(Math.max(q[i] + s * (p[i] - q[i]), 1e-10));
      }
    }

    assertSame(guided(ClassifierFree.of(s)), onLogits);
    float[] actual =
        guided(ClassifierFree.of(Scale.constant(s), ClassifierFree.Space.PROBABILITIES));
    for (int i = 0; i < actual.length; i++) {
      // As probabilities: near the floor a rounding error of float32 is a large one of its
      // logarithm.
      assertThat(Math.exp(actual[i])).isCloseTo(Math.exp(onProbabilities[i]), within(1e-6));
    }
  }

  private static double[] softmax(float[] logits, int from, int width) {
    double[] p = new double[width];
    double sum = 0;
    double top = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < width; i++) {
      top = Math.max(top, logits[from + i]);
    }
    for (int i = 0; i < width; i++) {
      p[i] = Math.exp(logits[from + i] - top);
      sum += p[i];
    }
    for (int i = 0; i < width; i++) {
      p[i] /= sum;
    }
    return p;
  }

  @Test
  void guide_scaleOverTheSteps_pushesInsideItsWindowOnly() {
    List<Integer> pushed = new ArrayList<>();
    Guidance late =
        RewardGuidance.builder(
                "late",
                input -> {
                  pushed.add(input.step());
                  return WantedWords.any("z").score(input);
                })
            .scale(Scale.window(Scale.constant(2), 0.5, 1))
            .build();

    lm.generate(
        GenerationRequest.builder(Prompt.user("Hi")).steps(6).seed(1).guidance(late).build());

    assertThat(pushed).containsExactly(4, 5, 6);
  }

  @Test
  void guide_iterations_eachSeesTheLogitsOfTheOnesBefore() {
    List<Double> scores = new ArrayList<>();
    Guidance guidance =
        RewardGuidance.builder(
                "wanted",
                input -> {
                  NDArray score = WantedWords.any("z").score(input);
                  if (input.step() == 1) {
                    scores.add((double) score.getFloat(0));
                  }
                  return score;
                })
            .scale(1)
            .iterations(3)
            .build();

    guided(guidance);

    assertThat(scores).hasSize(3).isSorted();
    assertThat(scores.get(2)).isGreaterThan(scores.get(0) + 0.01);
  }

  @Test
  void fork_adjusted_leavesTheCanvasAlone() {
    Guidance forking =
        new Guidance() {
          @Override
          public String name() {
            return "forking";
          }

          @Override
          public Run begin(Request request) {
            return canvas -> {
              Canvas own = canvas.fork();
              own.adjust((logits, from, to) -> logits.add(9));
            };
          }
        };

    assertThat(guided(forking)).containsExactly(guided());
  }
}
