package io.github.tess2.examples.claims;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import java.util.List;
import java.util.Locale;

/**
 * One way to generate the same answers.
 *
 * @param experiment what it is part of
 * @param scale how hard guidance pushes at each step; 0 is none
 * @param candidates generated of each answer, of which the best is kept
 */
public record Setting(Experiment experiment, double scale, int candidates) {
  /** What is compared. */
  public enum Experiment {
    /** The reward model climbed at each step, by scale. */
    SCALE,
    /** Without guidance, the best of several by the reward model. */
    BEST_OF,
    /** A wanted word climbed at each step, by scale. */
    WORD
  }

  /**
   * All settings of some experiments, each once.
   *
   * @param experiments which
   * @param scales of guidance by the reward model
   * @param candidates of best-of
   * @param wordScales of guidance to a word
   */
  public static ImmutableList<Setting> all(
      List<Experiment> experiments,
      List<Double> scales,
      List<Integer> candidates,
      List<Double> wordScales) {
    ImmutableSet.Builder<Setting> all = ImmutableSet.builder();
    for (Experiment experiment : experiments) {
      switch (experiment) {
        case SCALE -> scales.forEach(scale -> all.add(new Setting(experiment, scale, 1)));
        case BEST_OF -> candidates.forEach(count -> all.add(new Setting(experiment, 0, count)));
        case WORD -> wordScales.forEach(scale -> all.add(new Setting(experiment, scale, 1)));
      }
    }
    return all.build().asList();
  }

  /**
   * Numbers of candidates, and the one that costs what guidance at each step does.
   *
   * @param asked numbers
   * @param steps denoising steps
   * @param iterations gradients at each
   * @param rewardShare the reward model's weights as a share of the model's
   */
  public static ImmutableList<Integer> candidates(
      List<Integer> asked, int steps, int iterations, double rewardShare) {
    ImmutableSortedSet.Builder<Integer> all = ImmutableSortedSet.naturalOrder();
    all.addAll(asked);
    all.add(Passes.candidatesAsDearAsGuidance(steps, iterations, rewardShare));
    return all.build().asList();
  }

  /** For people: {@code scale 0.5}, {@code best of 4}. */
  public String label() {
    return switch (experiment) {
      case SCALE -> "scale " + number(scale);
      case BEST_OF -> "best of " + candidates;
      case WORD -> "word, scale " + number(scale);
    };
  }

  /** A number without a fraction where it has none. */
  static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }
}
