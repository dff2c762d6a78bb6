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
 * Reads all lines once before a run begins: what is wrong is told then. Some thousand are in memory
 * at a time, checked by as many cores as there are.
 */
final class DataCheck {
  /** Lines between two reports. */
  private static final int REPORT_EVERY = 10_000;

  private DataCheck() {}

  /**
   * Checks all lines of some files.
   *
   * @param reader of what the stage takes
   * @param listener told every so many lines and after the last
   * @return whether to go on: false where the listener stops the run
   * @throws Tess2Exception for the first bad line, named by file and number, and where all lines
   *     are passed over
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
   * What came of a line.
   *
   * @param wrong with it, so that the first bad line is named, whichever was read first
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

  /** What to throw when there is nothing to learn from. */
  static Tess2Exception nothingFits(int count) {
    return new Tess2Exception(
        String.format(
            Locale.ROOT,
            "data must have at least one line that is not passed over, but all are: %d",
            count));
  }
}
