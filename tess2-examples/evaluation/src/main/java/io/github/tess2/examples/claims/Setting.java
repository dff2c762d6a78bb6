package io.github.tess2.examples.claims;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import io.github.tess2.spi.Scale;
import java.util.List;
import java.util.Locale;

/**
 * One way to generate the same answers.
 *
 * @param experiment the experiment that it is part of
 * @param scale the strength of guidance; 0 is none
 * @param candidates number of candidates for each answer, of which the best is kept
 * @param from the share of the run after which guidance begins, in [0, 1); 0 guides all steps
 */
public record Setting(Experiment experiment, double scale, int candidates, double from) {
  /** Creates a setting with guidance at all steps. */
  public Setting(Experiment experiment, double scale, int candidates) {
    this(experiment, scale, candidates, 0);
  }

  /** The experiments. */
  public enum Experiment {
    /** Guidance by the reward model at each step, by scale. */
    SCALE,
    /** The best of several unguided answers, chosen by the reward model. */
    BEST_OF,
    /** Guidance towards a wanted word at each step, by scale. */
    WORD,
    /** The best of several answers, guided and chosen by the reward model. */
    BOTH
  }

  /**
   * All settings of some experiments, each once.
   *
   * @param experiments the experiments
   * @param scales the scales of guidance by the reward model
   * @param candidates the numbers of candidates of best-of
   * @param guidedCandidates the numbers of candidates of best-of with guidance, combined with each
   *     scale but 0
   * @param wordScales the scales of guidance towards a word
   * @param starts the starts of guidance, combined with each scale
   */
  public static ImmutableList<Setting> all(
      List<Experiment> experiments,
      List<Double> scales,
      List<Integer> candidates,
      List<Integer> guidedCandidates,
      List<Double> wordScales,
      List<Double> starts) {
    ImmutableSet.Builder<Setting> all = ImmutableSet.builder();
    for (Experiment experiment : experiments) {
      switch (experiment) {
        case SCALE -> all.addAll(guided(experiment, scales, starts));
        case BEST_OF -> candidates.forEach(count -> all.add(new Setting(experiment, 0, count)));
        case WORD -> all.addAll(guided(experiment, wordScales, starts));
        case BOTH ->
            guided(experiment, scales, starts).stream()
                .filter(one -> one.scale() != 0)
                .forEach(
                    one ->
                        guidedCandidates.forEach(
                            count ->
                                all.add(new Setting(experiment, one.scale(), count, one.from()))));
      }
    }
    return all.build().asList();
  }

  private static List<Setting> guided(
      Experiment experiment, List<Double> scales, List<Double> starts) {
    return starts.stream()
        .flatMap(
            from ->
                scales.stream()
                    // Without guidance its start does not matter.
                    .map(scale -> new Setting(experiment, scale, 1, scale == 0 ? 0 : from)))
        .toList();
  }

  /** The scale of guidance, by step. */
  Scale scaleBySteps() {
    Scale constant = Scale.constant(scale);
    return from == 0 ? constant : Scale.window(constant, from, 1);
  }

  /**
   * Returns the requested numbers of candidates, plus the one that costs as much as guidance at
   * each step.
   *
   * @param asked the requested numbers
   * @param steps denoising steps
   * @param iterations gradient steps at each denoising step
   * @param rewardShare the reward model's weights as a share of the model's
   */
  public static ImmutableList<Integer> candidates(
      List<Integer> asked, int steps, int iterations, double rewardShare) {
    ImmutableSortedSet.Builder<Integer> all = ImmutableSortedSet.naturalOrder();
    all.addAll(asked);
    all.add(AnswerCost.candidatesAsDearAsGuidance(steps, iterations, rewardShare));
    return all.build().asList();
  }

  /** Readable label: {@code scale 0.5}, {@code best of 4}, {@code scale 0.5, best of 4}. */
  public String label() {
    return switch (experiment) {
      case SCALE -> "scale " + strength();
      case BEST_OF -> "best of " + candidates;
      case WORD -> "word, scale " + strength();
      case BOTH -> "scale " + strength() + ", best of " + candidates;
    };
  }

  /** The scale in readable form, and the start of guidance unless it is 0. */
  String strength() {
    return from == 0 ? number(scale) : number(scale) + " from " + number(from);
  }

  /** Formats a number, without decimals if it is whole. */
  static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }
}
