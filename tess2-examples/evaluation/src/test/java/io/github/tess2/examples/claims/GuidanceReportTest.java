package io.github.tess2.examples.claims;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.examples.claims.Setting.Experiment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compares with figures computed by hand. */
class GuidanceReportTest {
  private static final int STEPS = 100;

  private static GuidedAnswer answer(
      Setting setting, long seed, String id, boolean right, double reward) {
    return new GuidedAnswer(
        setting,
        seed,
        id,
        "arithmetic",
        "What is `1|1`?",
        "2",
        "a\nb",
        2,
        right,
        reward,
        null,
        null,
        AnswerCost.of(setting, STEPS, 1),
        0.5);
  }

  @Test
  void cost_guidance_isThreePassesOfTheRewardModelAStep() {
    AnswerCost guided = AnswerCost.of(new Setting(Experiment.SCALE, 1, 1), STEPS, 2);

    assertThat(guided).isEqualTo(new AnswerCost(100, 200, 0));
    assertThat(guided.cost(0.5)).isEqualTo(100 + 0.5 * 3 * 200);
    assertThat(AnswerCost.of(new Setting(Experiment.SCALE, 0, 1), STEPS, 2))
        .isEqualTo(new AnswerCost(100, 0, 0));
    assertThat(AnswerCost.of(new Setting(Experiment.WORD, 4, 1), STEPS, 2))
        .isEqualTo(new AnswerCost(100, 0, 0));
    assertThat(AnswerCost.of(new Setting(Experiment.BEST_OF, 0, 4), STEPS, 2))
        .isEqualTo(new AnswerCost(400, 0, 4));
  }

  @Test
  void cost_guidanceOfTheLastFifth_isThatOfItsSteps() {
    Setting late = new Setting(Experiment.SCALE, 2, 1, 0.8);

    assertThat(AnswerCost.of(late, STEPS, 3)).isEqualTo(new AnswerCost(100, 60, 0));
    assertThat(AnswerCost.of(late, 1, 3)).isEqualTo(new AnswerCost(1, 0, 0));
  }

  @Test
  void all_severalStarts_triesEachWithEachScaleButNone() {
    assertThat(
            Setting.all(
                List.of(Experiment.SCALE),
                List.of(0.0, 4.0),
                List.of(),
                List.of(),
                List.of(),
                List.of(0.0, 0.5)))
        .extracting(Setting::label)
        .containsExactly("scale 0", "scale 4", "scale 4 from 0.5");
  }

  @Test
  void all_both_triesEachScaleButNoneWithEachNumberOfCandidates() {
    assertThat(
            Setting.all(
                List.of(Experiment.BOTH),
                List.of(0.0, 4.0, 8.0),
                List.of(),
                List.of(2, 4),
                List.of(),
                List.of(0.0)))
        .extracting(Setting::label)
        .containsExactly(
            "scale 4, best of 2", "scale 4, best of 4", "scale 8, best of 2", "scale 8, best of 4");
  }

  @Test
  void cost_guidedCandidates_areEachGuidedAndScored() {
    assertThat(AnswerCost.of(new Setting(Experiment.BOTH, 4, 2), STEPS, 1))
        .isEqualTo(new AnswerCost(200, 200, 2));
  }

  @Test
  void candidates_asDearAsGuidance_costNoLess() {
    // Guidance costs 400 passes, four candidates 404, three 303.
    assertThat(Setting.candidates(List.of(2, 8), STEPS, 1, 1)).containsExactly(2, 4, 8);
    // With a reward model of a tenth of the size: 130 passes, against 200.2 of two candidates.
    assertThat(Setting.candidates(List.of(), STEPS, 1, 0.1)).containsExactly(2);
  }

  @Test
  void markdown_twoSeeds_hasMeansAndTheirSpread() {
    Setting none = new Setting(Experiment.SCALE, 0, 1);
    Setting guided = new Setting(Experiment.SCALE, 0.5, 1);
    List<GuidedAnswer> answers = new ArrayList<>();
    // The means of the seeds are 2 and 4, with standard deviation √2; the shares are 0.5 and 1.
    answers.add(answer(none, 1, "a", true, 1));
    answers.add(answer(none, 1, "b", false, 3));
    answers.add(answer(none, 2, "a", true, 4));
    answers.add(answer(none, 2, "b", true, 4));
    answers.add(answer(guided, 1, "a", false, 7));
    answers.add(answer(new Setting(Experiment.BEST_OF, 0, 4), 1, "a", true, 6));

    String markdown = new GuidanceReport(answers, 1).markdown();

    assertThat(markdown)
        .contains("| 0 | 3.000 ± 1.414 | 75.0 ± 35.4 % | 2.0 |\n")
        .contains("| 0.5 | 7.000 ± 0.000 | 0.0 ± 0.0 % | 2.0 |\n")
        .contains("| scale 0 | 100 | 0 | 0 | 1.00 | 0.500 | 3.000 ± 1.414 | ")
        .contains("| scale 0.5 | 100 | 100 | 0 | 4.00 | ")
        .contains("| best of 4 | 400 | 0 | 4 | 4.04 | ")
        .contains("`What is '1\\|1'?`\n\n| scale | answer | reward |\n|---|---|---|\n")
        .contains("| 0 | `a b` (right) | 1.00 |\n| 0.5 | `a b` | 7.00 |\n")
        .doesNotContain("wanted word");
  }

  @Test
  void contains_word_isNotPartOfAnother() {
    assertThat(GuidanceTrial.contains("It is red.", "red")).isTrue();
    assertThat(GuidanceTrial.contains("It is bored.", "red")).isFalse();
    assertThat(GuidanceTrial.contains("redder", "red")).isFalse();
    assertThat(GuidanceTrial.contains("7", "7")).isTrue();
  }
}
