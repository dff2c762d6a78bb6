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
 * @param experiment what it is part of
 * @param scale how hard guidance pushes; 0 is none
 * @param candidates generated of each answer, of which the best is kept
 * @param from where guidance begins to push, as a part of the run, in [0, 1): 0 is at all steps
 */
public record Setting(Experiment experiment, double scale, int candidates, double from) {
  /** At all steps. */
  public Setting(Experiment experiment, double scale, int candidates) {
    this(experiment, scale, candidates, 0);
  }

  /** What is compared. */
  public enum Experiment {
    /** The reward model climbed at each step, by scale. */
    SCALE,
    /** Without guidance, the best of several by the reward model. */
    BEST_OF,
    /** A wanted word climbed at each step, by scale. */
    WORD,
    /** The best of several by the reward model, each guided by it. */
    BOTH
  }

  /**
   * All settings of some experiments, each once.
   *
   * @param experiments which
   * @param scales of guidance by the reward model
   * @param candidates of best-of
   * @param guidedCandidates of best-of with guidance, tried with each scale but 0
   * @param wordScales of guidance to a word
   * @param starts of guidance, each tried with each scale
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
                    // Without guidance it does not matter where it would begin.
                    .map(scale -> new Setting(experiment, scale, 1, scale == 0 ? 0 : from)))
        .toList();
  }

  /** The scale of guidance, by step. */
  Scale scaleBySteps() {
    Scale constant = Scale.constant(scale);
    return from == 0 ? constant : Scale.window(constant, from, 1);
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

  /** For people: {@code scale 0.5}, {@code best of 4}, {@code scale 0.5, best of 4}. */
  public String label() {
    return switch (experiment) {
      case SCALE -> "scale " + strength();
      case BEST_OF -> "best of " + candidates;
      case WORD -> "word, scale " + strength();
      case BOTH -> "scale " + strength() + ", best of " + candidates;
    };
  }

  /** The scale for people, and from where on it holds. */
  String strength() {
    return from == 0 ? number(scale) : number(scale) + " from " + number(from);
  }

  /** A number without a fraction where it has none. */
  static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }
}
