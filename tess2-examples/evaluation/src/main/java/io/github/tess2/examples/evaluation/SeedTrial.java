package io.github.tess2.examples.evaluation;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.tess2.examples.tasks.TaskItem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Collects the answers of one setting, where every task is asked once with each seed: how many
 * answers are right, and how varied the right ones are. Not thread-safe.
 */
public final class SeedTrial {
  private final String title;
  private final List<Counts> seeds = new ArrayList<>();
  private final Map<String, Prompt> prompts = new LinkedHashMap<>();
  private double seconds;

  /** The counts of one seed. */
  private static final class Counts {
    private final long seed;
    private int right;
    private int total;
    private double taste;
    private int tasted;

    Counts(long seed) {
      this.seed = seed;
    }

    double share() {
      return (double) right / total;
    }

    double meanTaste() {
      return taste / tasted;
    }
  }

  /** The different right answers to one prompt. */
  private static final class Prompt {
    private final String group;
    private final Set<String> distinct = new HashSet<>();
    private int right;
    private int total;

    Prompt(String group) {
      this.group = group;
    }
  }

  /**
   * Starts with no seed.
   *
   * @param title the title of the setting, as in {@code "10 steps"}
   */
  public SeedTrial(String title) {
    this.title = title;
  }

  /** Begins the answers of a seed. */
  public void begin(long seed) {
    seeds.add(new Counts(seed));
  }

  /**
   * Adds an answer of the current seed.
   *
   * @param item the answered task
   */
  public void add(TaskItem item, Answer answer) {
    Counts counts = seeds.get(seeds.size() - 1);
    Prompt prompt = prompts.computeIfAbsent(item.id(), id -> new Prompt(item.family().id()));
    counts.total++;
    prompt.total++;
    if (answer.right()) {
      counts.right++;
      prompt.right++;
      prompt.distinct.add(TaskItem.normalise(answer.generated()));
      if (item.family().isOpen()) {
        counts.taste += item.taste(answer.generated());
        counts.tasted++;
      }
    }
  }

  /** Adds the time that answers of the current seed took. */
  public void took(double more) {
    seconds += more;
  }

  /** The header of a Markdown table of {@link #row() rows}. */
  public static String head() {
    return "| setting | right | different right answers a prompt | of seeds | taste | seconds |\n"
        + "|---|---|---|---|---|---|";
  }

  /** A row of a Markdown table; ± is the standard error over the seeds. */
  public String row() {
    Mean right = Mean.of(seeds.stream().map(Counts::share).toList());
    Mean taste = taste();
    return String.format(
        Locale.ROOT,
        "| %s | %.1f ± %.1f %% | %.2f | %d | %.3f ± %.3f | %.1f |",
        title,
        100 * right.mean,
        100 * right.error,
        distinct(prompts.values()),
        seeds.size(),
        taste.mean,
        taste.error,
        seconds);
  }

  private Mean taste() {
    return Mean.of(
        seeds.stream().filter(counts -> counts.tasted > 0).map(Counts::meanTaste).toList());
  }

  private static double distinct(Collection<Prompt> of) {
    return of.stream().mapToInt(prompt -> prompt.distinct.size()).average().orElse(0);
  }

  /**
   * {@code title}, {@code seeds}, {@code prompts}, {@code right} and {@code rightError} (mean over
   * the seeds and its standard error, 0 to 1), {@code distinct} (different right answers per
   * prompt, over all seeds), {@code taste} and {@code tasteError} (of right answers), {@code
   * seconds}, {@code rightBySeed}, and {@code groups} with {@code right} and {@code distinct} of
   * each task.
   */
  public JsonObject json() {
    Mean right = Mean.of(seeds.stream().map(Counts::share).toList());
    Mean taste = taste();
    JsonObject json = new JsonObject();
    json.addProperty("title", title);
    JsonArray numbers = new JsonArray();
    seeds.forEach(counts -> numbers.add(counts.seed));
    json.add("seeds", numbers);
    json.addProperty("prompts", prompts.size());
    json.addProperty("right", right.mean);
    json.addProperty("rightError", right.error);
    json.addProperty("distinct", distinct(prompts.values()));
    json.addProperty("taste", taste.mean);
    json.addProperty("tasteError", taste.error);
    json.addProperty("seconds", seconds);
    JsonArray bySeed = new JsonArray();
    seeds.forEach(counts -> bySeed.add(counts.share()));
    json.add("rightBySeed", bySeed);
    JsonObject groups = new JsonObject();
    byGroup().forEach((group, of) -> groups.add(group, json(of)));
    json.add("groups", groups);
    return json;
  }

  private Map<String, List<Prompt>> byGroup() {
    Map<String, List<Prompt>> groups = new LinkedHashMap<>();
    prompts
        .values()
        .forEach(
            prompt -> groups.computeIfAbsent(prompt.group, name -> new ArrayList<>()).add(prompt));
    return groups;
  }

  private static JsonObject json(List<Prompt> of) {
    JsonObject json = new JsonObject();
    json.addProperty("prompts", of.size());
    json.addProperty(
        "right",
        (double) of.stream().mapToInt(prompt -> prompt.right).sum()
            / of.stream().mapToInt(prompt -> prompt.total).sum());
    json.addProperty("distinct", distinct(of));
    return json;
  }

  /** A mean and its standard error; 0 for the error of a single value. */
  private record Mean(double mean, double error) {
    static Mean of(List<Double> values) {
      int count = values.size();
      double mean = values.stream().mapToDouble(value -> value).average().orElse(0);
      double squares = values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
      return new Mean(mean, count < 2 ? 0 : Math.sqrt(squares / (count - 1) / count));
    }
  }
}
