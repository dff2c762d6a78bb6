package io.github.tess2.examples.claims;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Figures of one setting: means over all questions and seeds, and the spread of the means of single
 * seeds.
 *
 * @param setting the setting
 * @param answers number of answers
 * @param seeds number of seeds
 * @param reward mean reward; NaN if there is none
 * @param rewardSpread standard deviation of the seeds' means; 0 for one seed
 * @param right share of right answers
 * @param rightSpread standard deviation of the seeds' shares
 * @param words share of answers with the wanted word; NaN if none is wanted
 * @param wordsSpread standard deviation of the seeds' shares
 * @param tokens mean length of an answer
 * @param seconds mean time of an answer
 * @param passes the cost of an answer
 */
record Summary(
    Setting setting,
    int answers,
    int seeds,
    double reward,
    double rewardSpread,
    double right,
    double rightSpread,
    double words,
    double wordsSpread,
    double tokens,
    double seconds,
    AnswerCost passes) {

  /** Summarises each setting of an experiment, in the order in which the settings first appear. */
  static List<Summary> of(List<GuidedAnswer> answers, Predicate<Setting> wanted) {
    Map<Setting, List<GuidedAnswer>> bySetting =
        answers.stream()
            .filter(answer -> wanted.test(answer.setting()))
            .collect(
                Collectors.groupingBy(
                    GuidedAnswer::setting, LinkedHashMap::new, Collectors.toList()));
    return bySetting.entrySet().stream().map(one -> of(one.getKey(), one.getValue())).toList();
  }

  private static Summary of(Setting setting, List<GuidedAnswer> answers) {
    ToDoubleFunction<GuidedAnswer> reward =
        answer -> answer.reward() == null ? Double.NaN : answer.reward();
    ToDoubleFunction<GuidedAnswer> right = answer -> answer.right() ? 1 : 0;
    ToDoubleFunction<GuidedAnswer> word =
        answer -> answer.hasWord() == null ? Double.NaN : answer.hasWord() ? 1 : 0;
    return new Summary(
        setting,
        answers.size(),
        (int) answers.stream().map(GuidedAnswer::seed).distinct().count(),
        mean(answers, reward),
        spread(answers, reward),
        mean(answers, right),
        spread(answers, right),
        mean(answers, word),
        spread(answers, word),
        mean(answers, GuidedAnswer::tokens),
        mean(answers, GuidedAnswer::seconds),
        answers.get(0).passes());
  }

  private static double mean(List<GuidedAnswer> answers, ToDoubleFunction<GuidedAnswer> of) {
    return answers.stream().mapToDouble(of).average().orElse(Double.NaN);
  }

  private static double spread(List<GuidedAnswer> answers, ToDoubleFunction<GuidedAnswer> of) {
    List<Double> means =
        answers.stream()
            .collect(Collectors.groupingBy(GuidedAnswer::seed, Collectors.averagingDouble(of)))
            .values()
            .stream()
            .toList();
    if (means.size() < 2) {
      return 0;
    }
    double mean = means.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double squares = means.stream().mapToDouble(one -> (one - mean) * (one - mean)).sum();
    return Math.sqrt(squares / (means.size() - 1));
  }
}
