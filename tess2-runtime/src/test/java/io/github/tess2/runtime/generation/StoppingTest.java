package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.generation.OpenModel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tess2.DenoisingStep;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.PluginException;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.generation.DeterminismTest.Outcome;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.Prediction;
import io.github.tess2.spi.StoppingCriterion;
import io.github.tess2.spi.StoppingCriterion.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests requests that a stopping criterion may end before their last step. */
class StoppingTest {
  private static OpenModel model;

  @BeforeAll
  static void open() {
    model = new OpenModel("mistral");
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /** Ends a request after some steps. */
  private static StoppingCriterion after(int steps) {
    return asked -> prediction -> prediction.steps() == steps ? Verdict.SETTLED : Verdict.CONTINUE;
  }

  private static GenerationResult generate(GenerationRequest.Builder request) {
    return model.lm.generate(request.build());
  }

  @Test
  void generate_criterionStops_givesWhatTheLastStepPredicted() {
    List<DenoisingStep> steps = new ArrayList<>();
    model.lm.generate(
        request(3).build(),
        step -> {
          steps.add(step);
          return GenerationListener.Signal.CONTINUE;
        });

    GenerationResult result = generate(request(3).stoppingCriterion(after(2)));

    assertThat(result.finishReason()).isEqualTo(FinishReason.STOPPING_CRITERION);
    assertThat(result.steps()).isEqualTo(2);
    assertThat(result.text()).isEqualTo(steps.get(1).text());
  }

  @Test
  void generate_criterionNeverStops_givesWhatThereIsWithoutOne() {
    GenerationResult watched =
        generate(request(3).stoppingCriterion(asked -> seen -> Verdict.CONTINUE));

    assertThat(Outcome.of(watched)).isEqualTo(Outcome.of(generate(request(3))));
  }

  @Test
  void generate_none_isNotWatched() {
    assertThat(Outcome.of(generate(request(3).stoppingCriterion("none"))))
        .isEqualTo(Outcome.of(generate(request(3))));
  }

  @Test
  void generate_budgetOfSteps_runsThose() {
    GenerationResult result = generate(request(3).stoppingCriterion("budget:steps=3"));

    assertThat(result.steps()).isEqualTo(3);
    assertThat(result.finishReason()).isEqualTo(FinishReason.STOPPING_CRITERION);
  }

  @Test
  void generate_budgetOfNoTime_runsOneStep() {
    assertThat(generate(request(3).stoppingCriterion("budget:seconds=0")).steps()).isEqualTo(1);
  }

  @Test
  void generate_settledWithAnyEntropy_stopsWhenTokensRepeat() {
    GenerationResult result =
        generate(request(3).steps(50).greedy().stoppingCriterion("settled:entropy=1000,steps=1"));

    assertThat(result.steps()).isBetween(2, 50);
  }

  @Test
  void prediction_eachStep_isWhatTheListenerSees() {
    List<Prediction> seen = new ArrayList<>();
    List<DenoisingStep> steps = new ArrayList<>();
    model.lm.generate(
        request(3)
            .stoppingCriterion(
                asked ->
                    prediction -> {
                      seen.add(prediction);
                      return Verdict.CONTINUE;
                    })
            .build(),
        step -> {
          steps.add(step);
          return GenerationListener.Signal.CONTINUE;
        });

    assertThat(seen).hasSize(3);
    assertThat(steps).hasSize(4);
    for (int i = 0; i < seen.size(); i++) {
      assertThat(seen.get(i).steps()).isEqualTo(i + 1);
      assertThat(seen.get(i).tokenIds()).isEqualTo(steps.get(i).tokenIds());
      assertThat(seen.get(i).probabilities()).isEqualTo(steps.get(i).confidence().perToken());
    }
  }

  /**
   * Entropies are computed on the device. This test computes them from the logits in double
   * precision.
   */
  @Test
  void prediction_entropies_areThoseOfTheLogits() {
    List<double[]> expected = new ArrayList<>();
    Guidance reader =
        new IdleGuidance("reader") {
          @Override
          public void guide(GuidedStep step) {
            float[] logits = step.logits(0, step.rows()).toFloatArray();
            int width = logits.length / step.rows();
            double[] entropies = new double[step.rows()];
            for (int row = 0; row < entropies.length; row++) {
              entropies[row] = entropy(Goldens.rows(logits, width, row, row + 1));
            }
            expected.add(entropies);
          }
        };
    List<Prediction> seen = new ArrayList<>();
    generate(
        request(3)
            .guidance(reader)
            .stoppingCriterion(
                asked ->
                    prediction -> {
                      seen.add(prediction);
                      return Verdict.CONTINUE;
                    }));

    for (int i = 0; i < seen.size(); i++) {
      assertThat(seen.get(i).entropies().toArray()).containsExactly(expected.get(i), within(1e-4));
    }
  }

  private static double entropy(float[] logits) {
    double top = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      top = Math.max(top, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - top);
    }
    double entropy = 0;
    for (float logit : logits) {
      double p = Math.exp(logit - top) / sum;
      entropy -= p == 0 ? 0 : p * Math.log(p);
    }
    return entropy;
  }

  @Test
  void prediction_tokenRuledOut_stillHasAnEntropy() {
    List<Prediction> seen = new ArrayList<>();
    Guidance ruling =
        new IdleGuidance("ruling") {
          @Override
          public void guide(GuidedStep step) {
            step.adjust(
                (logits, from, to) -> {
                  logits.set(new ai.djl.ndarray.index.NDIndex(":, 5:200"), Float.NEGATIVE_INFINITY);
                  return logits;
                });
          }
        };
    generate(
        request(3)
            .guidance(ruling)
            .stoppingCriterion(
                asked ->
                    prediction -> {
                      seen.add(prediction);
                      return Verdict.CONTINUE;
                    }));

    assertThat(seen.get(0).entropies().asList())
        .allSatisfy(entropy -> assertThat(entropy).isBetween(0.0, Math.log(105) + 1e-6));
  }

  @Test
  void generateAll_stoppedAmongOthers_givesWhatEachGivesAlone() {
    List<GenerationRequest> requests =
        List.of(
            request(3).stoppingCriterion(after(1)).build(),
            request(4).build(),
            request(5).stoppingCriterion("settled:entropy=1000").steps(9).build(),
            request(6).stoppingCriterion("budget:steps=2").build());
    List<Outcome> alone = requests.stream().map(model.lm::generate).map(Outcome::of).toList();

    assertThat(model.lm.generateAll(requests)).map(Outcome::of).isEqualTo(alone);
  }

  /** The guidance that compares candidates sees the result, even if it comes early. */
  @Test
  void generate_candidatesStopped_areComparedAllTheSame() {
    List<Integer> finished = new ArrayList<>();
    Guidance judge =
        new IdleGuidance("judge") {
          @Override
          public int candidates() {
            return 3;
          }

          @Override
          Guidance.Run run() {
            return new Guidance.Run() {
              @Override
              public void guide(GuidedStep step) {}

              @Override
              public void finish(GuidedStep step) {
                finished.add(step.step());
              }

              @Override
              public OptionalDouble score() {
                return OptionalDouble.of(finished.size());
              }
            };
          }
        };

    GenerationResult result = generate(request(1).guidance(judge).stoppingCriterion(after(2)));

    assertThat(finished).containsExactly(2, 2, 2);
    assertThat(result.reward()).hasValue(3);
    assertThat(result.finishReason()).isEqualTo(FinishReason.STOPPING_CRITERION);
  }

  @Test
  void generate_criterionDoesNotFit_isRefusedByName() {
    StoppingCriterion unfit =
        new StoppingCriterion() {
          @Override
          public StoppingCriterion.Run begin(io.github.tess2.spi.DecodingRequest request) {
            throw new IllegalArgumentException("rows must be even, but are: 7");
          }
        };

    assertThatIllegalArgumentException()
        .isThrownBy(() -> generate(request(1).stoppingCriterion(unfit)))
        .withMessage(
            "stopping criterion \""
                + unfit.getClass().getName()
                + "\" does not fit its request: rows must be even, but are: 7");
  }

  @Test
  void generate_unknownCriterion_isToldWithThoseThereAre() {
    assertThatThrownBy(() -> generate(request(1).stoppingCriterion("when-done")))
        .isInstanceOf(PluginException.class)
        .hasMessageStartingWith(
            "no StoppingCriterionProvider is named \"when-done\"; there are [budget, none,"
                + " settled]");
  }
}
