package io.github.tess2.runtime.training;

import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.ExitGate;
import io.github.tess2.training.DataProgress;
import io.github.tess2.training.TrainingListener;
import io.github.tess2.training.TrainingListener.Signal;
import java.util.Locale;

/** Reads all lines once, one at a time, before a run begins: what is wrong is told then. */
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
    for (int i = 0; i < count; i++) {
      DataLines.Line line = lines.read(i);
      Example example = reader.read(line);
      cut += example.isCut() ? 1 : 0;
      skipped += example instanceof Example.Skipped ? 1 : 0;
      if (i + 1 == count && skipped == count) {
        throw nothingFits(count);
      }
      if ((i + 1) % REPORT_EVERY == 0 || i + 1 == count) {
        DataProgress progress = new DataProgress(line.file(), i + 1, count, cut, skipped);
        if (listener.onDataCheck(progress) == Signal.STOP || ExitGate.isEnding()) {
          return false;
        }
      }
    }
    return true;
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
