package io.github.tess2.runtime.training;

import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.engine.ExitGate;
import io.github.tess2.training.DataProgress;
import io.github.tess2.training.TrainingListener;
import io.github.tess2.training.TrainingListener.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads all lines once before a run begins, so that errors are reported early. Some thousand lines
 * are in memory at a time, and all cores check them.
 */
final class DataCheck {
  /** The number of lines between two reports. */
  private static final int REPORT_EVERY = 10_000;

  private DataCheck() {}

  /**
   * Checks all lines of some files.
   *
   * @param reader reads the examples that the stage accepts
   * @param listener notified after every {@value #REPORT_EVERY} lines and after the last
   * @return whether to continue; false if the listener stops the run
   * @throws Tess2Exception for the first bad line, named by file and number, or if all lines are
   *     skipped
   */
  static boolean pass(DataLines lines, ExampleReader reader, TrainingListener listener) {
    int count = lines.count();
    long cut = 0;
    long skipped = 0;
    for (int from = 0; from < count; from += REPORT_EVERY) {
      int to = Math.min(count, from + REPORT_EVERY);
      List<DataLines.Line> block = new ArrayList<>(to - from);
      for (int i = from; i < to; i++) {
        block.add(lines.read(i));
      }
      for (Outcome outcome : block.parallelStream().map(line -> check(line, reader)).toList()) {
        if (outcome.wrong() != null) {
          throw outcome.wrong();
        }
        cut += outcome.cut() ? 1 : 0;
        skipped += outcome.skipped() ? 1 : 0;
      }
      if (to == count && skipped == count) {
        throw nothingFits(count);
      }
      DataProgress progress =
          DataProgress.builder(block.get(block.size() - 1).file())
              .checked(to)
              .total(count)
              .cut(cut)
              .skipped(skipped)
              .build();
      if (listener.onDataCheck(progress) == Signal.STOP || ExitGate.isEnding()) {
        return false;
      }
    }
    return true;
  }

  /**
   * The result of reading a line.
   *
   * @param wrong the error, kept so that the first bad line is reported, in whatever order lines
   *     are read
   */
  private record Outcome(boolean cut, boolean skipped, @Nullable Tess2Exception wrong) {}

  private static Outcome check(DataLines.Line line, ExampleReader reader) {
    try {
      Example example = reader.read(line);
      return new Outcome(example.isCut(), example instanceof Example.Skipped, null);
    } catch (Tess2Exception e) {
      return new Outcome(false, false, e);
    }
  }

  /** The exception if there is nothing to learn from. */
  static Tess2Exception nothingFits(int count) {
    return new Tess2Exception(
        String.format(
            Locale.ROOT,
            "data must have at least one line that is not skipped, but all are: %d",
            count));
  }
}
