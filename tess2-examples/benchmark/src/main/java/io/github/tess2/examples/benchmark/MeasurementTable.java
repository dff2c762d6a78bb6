package io.github.tess2.examples.benchmark;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Formats measurements side by side, in the given order. */
final class MeasurementTable {
  /** The pipeline that the others are compared with, in the same setting. */
  private static final String REFERENCE = "plain-pytorch";

  /** Appended to the name of a pipeline that a reward model guides. */
  private static final String GUIDED = ", guided";

  private static final double MIB = 1024.0 * 1024;

  private MeasurementTable() {}

  static String markdown(List<Measurement> measurements) {
    StringBuilder table = new StringBuilder();
    line(
        table,
        "device",
        "threads",
        "precision",
        "batch",
        "pipeline",
        "ms per step",
        "times as fast",
        "MiB beyond the weights",
        "share of memory",
        "decoder and head");
    line(table, "---", "---:", "---", "---:", "---", "---:", "---:", "---:", "---:", "---:");
    for (Measurement one : measurements) {
      Optional<Measurement> reference =
          measurements.stream()
              .filter(other -> other.pipeline().startsWith(REFERENCE) && sameSetting(one, other))
              .findFirst();
      line(
          table,
          one.device(),
          Integer.toString(one.threads()),
          one.precision(),
          Integer.toString(one.batch()),
          one.pipeline(),
          format(one.stepMillis() < 100 ? "%.1f" : "%.0f", one.stepMillis()),
          reference.map(other -> format("%.2f", other.stepMillis() / one.stepMillis())).orElse(""),
          mebibytes(one.peakBytesBeyondWeights()),
          reference.map(other -> memoryShare(one, other)).orElse(""),
          backboneShare(one));
    }
    return table.toString();
  }

  private static boolean sameSetting(Measurement one, Measurement other) {
    return one.pipeline().endsWith(GUIDED) == other.pipeline().endsWith(GUIDED)
        && one.device().equals(other.device())
        && one.threads() == other.threads()
        && computed(one).equals(computed(other))
        && one.batch() == other.batch()
        && one.promptTokens() == other.promptTokens()
        && one.generatedTokens() == other.generatedTokens();
  }

  /** The precision of computing, without the format of stored weights. */
  private static String computed(Measurement one) {
    String format = one.precision();
    return format.substring(format.lastIndexOf('/') + 1);
  }

  private static String mebibytes(@Nullable Long bytes) {
    return bytes == null ? "" : format("%.0f", bytes / MIB);
  }

  private static String memoryShare(Measurement one, Measurement other) {
    @Nullable Long own = one.peakBytesBeyondWeights();
    @Nullable Long others = other.peakBytesBeyondWeights();
    return own == null || others == null ? "" : format("%.2f", (double) own / others);
  }

  private static String backboneShare(Measurement one) {
    @Nullable Double backbone = one.backboneMillis();
    return backbone == null ? "" : format("%.0f %%", 100 * backbone / one.stepMillis());
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }

  private static void line(StringBuilder table, String... cells) {
    table.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
