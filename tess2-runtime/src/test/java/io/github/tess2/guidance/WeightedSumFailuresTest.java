package io.github.tess2.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.PluginException;
import io.github.tess2.Prompt;
import io.github.tess2.contract.Providers;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
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

/** If a part of a sum fails or breaks a rule, the error names the part. */
class WeightedSumFailuresTest {
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

  private static void guide(Guidance guidance) {
    lm.generate(
        GenerationRequest.builder(Prompt.user("Hi")).steps(2).seed(1).guidance(guidance).build());
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

    assertThatThrownBy(() -> guide(WeightedSum.builder().add(1, broken).build()))
        .isInstanceOf(PluginException.class)
        .hasMessage("guidance \"weighted-sum\" failed at step 1: part \"third-party\": no network");
  }

  static Stream<Arguments> faults() {
    String step = "guidance \"weighted-sum\" failed at step 1: part \"third-party\": ";
    String began = "guidance \"weighted-sum\" failed in begin(): part \"third-party\": ";
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
              void guide(GuidedStep step) {
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
                + "the adjusted logits must have a finite maximum at each position, but have: NaN"
                + " or infinity",
            adjusting((logits, from, to) -> logits.mul(Float.NaN))),
        Arguments.of(
            step + "the adjusted logits must be float32 (12, 300), but are: float32 (1, 300)",
            adjusting((logits, from, to) -> logits.get("0:1"))),
        Arguments.of(
            "guidance \"weighted-sum\" failed in score(): part \"third-party\": no score",
            new Tampering() {
              @Override
              OptionalDouble score() {
                throw new IllegalStateException("no score");
              }
            }),
        Arguments.of(
            "guidance \"weighted-sum\" failed in close(): part \"third-party\": out of luck",
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

    assertThatThrownBy(() -> guide(sum)).isInstanceOf(PluginException.class).hasMessage(message);
  }

  /**
   * A part that reads the logits applies its own broken adjustment. The error names it only once.
   */
  @Test
  void guide_partReadsItsOwnBrokenAdjustment_isNamedOnce() {
    Guidance broken =
        new Tampering() {
          @Override
          void guide(GuidedStep step) {
            step.adjust((logits, from, to) -> null);
            step.logits(0, 1);
          }
        };

    assertThatThrownBy(() -> guide(WeightedSum.builder().add(1, broken).build()))
        .isInstanceOf(PluginException.class)
        .hasMessage(
            "guidance \"weighted-sum\" failed at step 1: part \"third-party\": the adjusted logits"
                + " must not be null");
  }

  @Test
  void begin_partDoesNotFit_namesSumAndPart() {
    Guidance unfit = RewardGuidance.builder("length", AnswerLength.of(99, 99)).build();

    assertThatThrownBy(() -> guide(WeightedSum.builder().add(1, unfit).build()))
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

    assertThatThrownBy(() -> guide(WeightedSum.builder().add(1, first).add(1, second).build()))
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

  private static Guidance adjusting(GuidedStep.Adjustment adjustment) {
    return new Tampering() {
      @Override
      void guide(GuidedStep step) {
        step.adjust(adjustment);
      }
    };
  }

  /** Does nothing, unless a test overrides a method. */
  static class Tampering implements Guidance {
    @Override
    public String name() {
      return "third-party";
    }

    @Override
    public Run begin(Request request) {
      return new Run() {
        @Override
        public void guide(GuidedStep step) {
          Tampering.this.guide(step);
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

    void guide(GuidedStep step) {}

    OptionalDouble score() {
      return OptionalDouble.empty();
    }

    void end() {}
  }
}
