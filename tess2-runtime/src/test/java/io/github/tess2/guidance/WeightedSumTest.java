package io.github.tess2.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.PluginSpec;
import io.github.tess2.spi.Scale;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests how guidances change the logits, as seen by guidances before and after them. */
class WeightedSumTest {
  private static final double TOLERANCE = 1e-4;

  private static DiffusionLM lm;

  @BeforeAll
  static void open() {
    lm = GoldenModel.open("mistral");
  }

  @AfterAll
  static void close() {
    lm.close();
  }

  /** Reads the logits of the first step, and those for another prompt. */
  private static final class Reader implements Guidance {
    private final List<float[]> seen = new ArrayList<>();

    @Override
    public String name() {
      return "reader";
    }

    @Override
    public Run begin(Request request) {
      return step -> {
        if (step.step() == 1) {
          try (NDArray all = step.logits(0, step.rows())) {
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
      // Compared as probabilities, because near the floor a rounding error of float32 is large in
      // the logarithm.
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
            return step -> {
              GuidedStep own = step.fork();
              own.adjust((logits, from, to) -> logits.add(9));
            };
          }
        };

    assertThat(guided(forking)).containsExactly(guided());
  }
}
