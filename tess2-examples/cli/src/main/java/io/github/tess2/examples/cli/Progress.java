package io.github.tess2.examples.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows the progress of long work on stderr if that is a terminal; otherwise shows nothing. */
final class Progress implements AutoCloseable {
  private static final int REDRAW_MILLIS = 200;
  private static final int UNKNOWN = -1;

  private final @Nullable ProgressBarBuilder builder;
  private @Nullable ProgressBar bar;

  private Progress(@Nullable ProgressBarBuilder builder) {
    this.builder = builder;
  }

  /** Prepares to show progress. Nothing is shown before the first step. */
  static Progress of(Host host, String name) {
    if (!host.errIsTerminal()) {
      return new Progress(null);
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(UNKNOWN)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .setStyle(ProgressBarStyle.ASCII)
            .clearDisplayOnFinish()
            .setConsumer(
                new ConsoleProgressBarConsumer(System.err, host.terminalSize().columns())));
  }

  /** Shows that the work has begun, before its length is known. */
  synchronized void start() {
    if (builder != null && bar == null) {
      bar = builder.build();
    }
  }

  /** Shows how much of the work is done. Any thread may call it. */
  synchronized void stepTo(int done, int total) {
    start();
    if (bar != null) {
      bar.maxHint(total);
      bar.stepTo(done);
    }
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
