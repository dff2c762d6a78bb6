package io.github.tess2.examples.claims;

import io.github.tess2.examples.claims.Setting.Experiment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reports the answers in Markdown: a table for each experiment, and example answers at each scale.
 */
public final class GuidanceReport {
  private static final int EXAMPLES = 3;
  private static final int LONGEST = 60;

  private final List<GuidedAnswer> answers;
  private final double rewardShare;

  /**
   * Takes the answers to report.
   *
   * @param answers at least one
   * @param rewardShare the reward model's weights as a share of the model's
   */
  public GuidanceReport(List<GuidedAnswer> answers, double rewardShare) {
    this.answers = answers;
    this.rewardShare = rewardShare;
  }

  private static final Comparator<Setting> BY_STRENGTH =
      Comparator.comparingDouble(Setting::scale).thenComparingDouble(Setting::from);

  private static final Comparator<Summary> BY_COST =
      Comparator.comparing(Summary::setting, BY_STRENGTH)
          .thenComparingInt(one -> one.setting().candidates());

  /** Returns all tables that there are answers for. */
  public String markdown() {
    return Stream.of(scales(), compute(), words(), examples())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  private List<Summary> of(Experiment experiment) {
    return Summary.of(answers, setting -> setting.experiment() == experiment);
  }

  private String scales() {
    List<Summary> all = sorted(of(Experiment.SCALE));
    if (all.isEmpty()) {
      return "";
    }
    StringBuilder table =
        new StringBuilder(
            """
            ### Reward and accuracy by guidance scale

            | scale | mean reward | right | tokens an answer |
            |---|---|---|---|
            """);
    for (Summary one : all) {
      table.append(
          row(
              one.setting().strength(),
              figure(one.reward(), one.rewardSpread()),
              percent(one.right(), one.rightSpread()),
              decimal(one.tokens(), 1)));
    }
    return table.append('\n').append(footnote(all)).toString();
  }

  private String compute() {
    List<Summary> best = of(Experiment.BEST_OF);
    List<Summary> both = of(Experiment.BOTH);
    if (best.isEmpty() && both.isEmpty()) {
      return "";
    }
    List<Summary> all = new ArrayList<>(sorted(of(Experiment.SCALE)));
    best.stream()
        .sorted(Comparator.comparingInt(one -> one.setting().candidates()))
        .forEach(all::add);
    both.stream().sorted(BY_COST).forEach(all::add);
    double least = all.stream().mapToDouble(one -> one.passes().cost(rewardShare)).min().orElse(1);
    StringBuilder table =
        new StringBuilder(
            """
            ### Guidance and best-of by what they cost

            | | passes of the model | gradients | scores | cost | seconds an answer | mean reward | right |
            |---|---|---|---|---|---|---|---|
            """);
    for (Summary one : all) {
      AnswerCost passes = one.passes();
      table.append(
          row(
              one.setting().label(),
              Integer.toString(passes.model()),
              Integer.toString(passes.gradients()),
              Integer.toString(passes.scores()),
              decimal(passes.cost(rewardShare) / least, 2),
              decimal(one.seconds(), 3),
              figure(one.reward(), one.rewardSpread()),
              percent(one.right(), one.rightSpread())));
    }
    return table
        .append("\nCost: passes weighted by the networks' weights (the reward model has ")
        .append(decimal(rewardShare, 2))
        .append(" times the model's), a gradient counting three passes, as a multiple of the")
        .append(" cheapest row. ")
        .append(footnote(all))
        .toString();
  }

  private String words() {
    List<Summary> all = sorted(of(Experiment.WORD));
    if (all.isEmpty()) {
      return "";
    }
    boolean scored = all.stream().noneMatch(one -> Double.isNaN(one.reward()));
    StringBuilder table =
        new StringBuilder(
            "### A wanted word\n\n| scale | answers with the word | right |"
                + (scored ? " mean reward |\n|---|---|---|---|\n" : "\n|---|---|---|\n"));
    for (Summary one : all) {
      List<String> cells = new ArrayList<>();
      cells.add(one.setting().strength());
      cells.add(percent(one.words(), one.wordsSpread()));
      cells.add(percent(one.right(), one.rightSpread()));
      if (scored) {
        cells.add(figure(one.reward(), one.rewardSpread()));
      }
      table.append(row(cells.toArray(String[]::new)));
    }
    return table.append('\n').append(footnote(all)).toString();
  }

  /**
   * The answers to the same questions at each scale. They show at which scale guidance breaks the
   * text.
   */
  private String examples() {
    List<GuidedAnswer> scaled =
        answers.stream()
            .filter(answer -> answer.setting().experiment() == Experiment.SCALE)
            .toList();
    if (scaled.isEmpty()) {
      return "";
    }
    long seed = scaled.get(0).seed();
    List<GuidedAnswer> first = scaled.stream().filter(answer -> answer.seed() == seed).toList();
    Set<String> tasks = new LinkedHashSet<>();
    List<String> ids = new ArrayList<>();
    for (GuidedAnswer answer : first) {
      if (ids.size() < EXAMPLES && tasks.add(answer.task())) {
        ids.add(answer.id());
      }
    }
    StringBuilder table = new StringBuilder("### The same questions at each scale\n\n");
    for (String id : ids) {
      List<GuidedAnswer> same =
          first.stream()
              .filter(answer -> answer.id().equals(id))
              .sorted(Comparator.comparing(GuidedAnswer::setting, BY_STRENGTH))
              .toList();
      table.append(code(same.get(0).prompt())).append("\n\n| scale | answer | reward |\n");
      table.append("|---|---|---|\n");
      for (GuidedAnswer answer : same) {
        table.append(
            row(
                answer.setting().strength(),
                code(answer.generated()) + (answer.right() ? " (right)" : ""),
                answer.reward() == null ? "-" : decimal(answer.reward(), 2)));
      }
      table.append('\n');
    }
    return table.toString();
  }

  private static List<Summary> sorted(List<Summary> summaries) {
    return summaries.stream().sorted(Comparator.comparing(Summary::setting, BY_STRENGTH)).toList();
  }

  private static String footnote(List<Summary> all) {
    int answers = all.stream().mapToInt(Summary::answers).min().orElse(0);
    int seeds = all.stream().mapToInt(Summary::seeds).min().orElse(0);
    return String.format(
        Locale.ROOT,
        "%d answers a row at least, %d seeds; ± is the standard deviation of the seeds' means.\n",
        answers,
        seeds);
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String figure(double mean, double spread) {
    return Double.isNaN(mean) ? "-" : decimal(mean, 3) + " ± " + decimal(spread, 3);
  }

  private static String percent(double share, double spread) {
    return decimal(100 * share, 1) + " ± " + decimal(100 * spread, 1) + " %";
  }

  private static String decimal(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /**
   * Formats a model's text as code in a table cell: on one line, shortened, without characters that
   * would end the cell.
   */
  private static String code(String text) {
    String line = text.replaceAll("\\s+", " ").replace('`', '\'').replace("|", "\\|");
    return "`" + (line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line) + "`";
  }
}
