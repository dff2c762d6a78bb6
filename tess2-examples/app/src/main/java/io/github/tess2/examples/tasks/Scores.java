package io.github.tess2.examples.tasks;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts right answers by family. Not safe for use by several threads at once. */
public final class Scores {
  private final Map<Family, int[]> counts = new EnumMap<>(Family.class);

  /**
   * Judges one answer.
   *
   * @param item the task
   * @param generated what the model wrote for it
   * @return whether it is right
   */
  public boolean add(TaskItem item, String generated) {
    boolean right = item.check().isRight(generated);
    int[] count = counts.computeIfAbsent(item.family(), family -> new int[2]);
    count[0] += right ? 1 : 0;
    count[1]++;
    return right;
  }

  /** How many answers were judged. */
  public int total() {
    return counts.values().stream().mapToInt(count -> count[1]).sum();
  }

  /** How many of them were right. */
  public int right() {
    return counts.values().stream().mapToInt(count -> count[0]).sum();
  }

  /**
   * The share of right answers, from 0 to 1.
   *
   * @throws IllegalStateException if none was judged
   */
  public double accuracy() {
    return share(right(), total(), "any family");
  }

  /**
   * The share of right answers in one family, from 0 to 1.
   *
   * @throws IllegalStateException if none was judged
   */
  public double accuracy(Family family) {
    int[] count = counts.getOrDefault(family, new int[2]);
    return share(count[0], count[1], family.id());
  }

  private static double share(int right, int total, String what) {
    if (total == 0) {
      throw new IllegalStateException(
          "an answer of " + what + " must have been judged, but none was");
    }
    return (double) right / total;
  }

  /** A Markdown table, one row for each family judged and one for all. */
  public String table() {
    StringBuilder table =
        new StringBuilder("| task | right | of | accuracy |\n|---|---|---|---|\n");
    counts.forEach((family, count) -> table.append(row(family.id(), count[0], count[1])));
    return table.append(row("all", right(), total())).toString();
  }

  private static String row(String name, int right, int total) {
    double percent = total == 0 ? 0 : 100.0 * right / total;
    return String.format(Locale.ROOT, "| %s | %d | %d | %.1f %% |\n", name, right, total, percent);
  }
}
