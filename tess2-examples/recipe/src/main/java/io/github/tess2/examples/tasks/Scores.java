package io.github.tess2.examples.tasks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Counts right answers by task, or by kind of infill. Not thread-safe. */
public final class Scores {
  private static final int[] NONE = new int[2];

  /** Numbers of right and of judged answers, in the order in which the groups first appeared. */
  private final Map<String, int[]> counts = new LinkedHashMap<>();

  /** Steps run for all answers together; below, the number of those answers. */
  private long steps;

  private int runs;

  /**
   * Notes how many steps an answer took.
   *
   * @param count steps run
   */
  public void ran(int count) {
    steps += count;
    runs++;
  }

  /** The mean number of steps run for an answer; 0 if none was noted. */
  public double meanSteps() {
    return runs == 0 ? 0 : (double) steps / runs;
  }

  /**
   * Judges one answer.
   *
   * @param item the task
   * @param generated the model's answer
   * @return whether it is right
   */
  public boolean add(TaskItem item, String generated) {
    return add(item.family().id(), item.check().isRight(generated));
  }

  /**
   * Judges one filling.
   *
   * @param item the text with a blank
   * @param generated the model's filling
   * @return whether it is right
   */
  public boolean add(InfillItem item, String generated) {
    return add(item.kind(), item.check().isRight(generated));
  }

  private boolean add(String group, boolean right) {
    int[] count = counts.computeIfAbsent(group, name -> new int[2]);
    count[0] += right ? 1 : 0;
    count[1]++;
    return right;
  }

  /** The names of the judged tasks or kinds, in the order in which they first appeared. */
  public Set<String> groups() {
    return Collections.unmodifiableSet(counts.keySet());
  }

  /** The number of judged answers in a group. */
  public int total(String group) {
    return counts.getOrDefault(group, NONE)[1];
  }

  /** The number of right answers in a group. */
  public int right(String group) {
    return counts.getOrDefault(group, NONE)[0];
  }

  /** The number of judged answers. */
  public int total() {
    return counts.values().stream().mapToInt(count -> count[1]).sum();
  }

  /** The number of right answers. */
  public int right() {
    return counts.values().stream().mapToInt(count -> count[0]).sum();
  }

  /**
   * The share of right answers, from 0 to 1.
   *
   * @throws IllegalStateException if none was judged
   */
  public double accuracy() {
    return share(right(), total(), "any task");
  }

  /**
   * The share of right answers in one family, from 0 to 1.
   *
   * @throws IllegalStateException if none was judged
   */
  public double accuracy(Family family) {
    return accuracy(family.id());
  }

  /**
   * The share of right answers in one group, from 0 to 1.
   *
   * @throws IllegalStateException if none was judged
   */
  public double accuracy(String group) {
    return share(right(group), total(group), group);
  }

  private static double share(int right, int total, String what) {
    if (total == 0) {
      throw new IllegalStateException(
          "an answer of " + what + " must have been judged, but none was");
    }
    return (double) right / total;
  }

  /** A Markdown table with one row for each group and one for all. */
  public String table() {
    StringBuilder table =
        new StringBuilder("| task | right | of | accuracy |\n|---|---|---|---|\n");
    counts.forEach((group, count) -> table.append(row(group, count[0], count[1])));
    return table.append(row("all", right(), total())).toString();
  }

  private static String row(String name, int right, int total) {
    double percent = total == 0 ? 0 : 100.0 * right / total;
    return String.format(Locale.ROOT, "| %s | %d | %d | %.1f %% |\n", name, right, total, percent);
  }
}
