package io.github.tess2.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * Progress of a measurement that takes hours: a bar on a terminal, otherwise an occasional line.
 */
final class ClaimProgress implements AutoCloseable {
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

  private final Progress bar;
  private final PrintWriter lines;
  private final boolean terminal;
  private final int total;
  private final long started = System.nanoTime();
  private long lastLine = started;
  private int done;
  private String what = "";

  ClaimProgress(Host host, PrintWriter lines, int total) {
    this.bar = Progress.of(host, "Answers");
    this.terminal = host.errIsTerminal();
    this.lines = lines;
    this.total = total;
  }

  /** Names the run that begins now. */
  void begin(String run) {
    what = run;
  }

  /** Counts answers. */
  void add(int answers) {
    done += answers;
    bar.stepTo(done, total);
    long now = System.nanoTime();
    if (!terminal && now - lastLine >= BETWEEN_LINES.toNanos()) {
      lastLine = now;
      lines.println(line(now - started));
      lines.flush();
    }
  }

  private String line(long nanos) {
    Duration left = Duration.ofNanos((long) ((double) nanos / done * (total - done)));
    return String.format(
        Locale.ROOT,
        "%d of %d answers, %s, %d h %02d min left",
        done,
        total,
        what,
        left.toHours(),
        left.toMinutesPart());
  }

  @Override
  public void close() {
    bar.close();
  }
}
