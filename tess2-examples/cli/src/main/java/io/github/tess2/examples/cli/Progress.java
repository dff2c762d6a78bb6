package io.github.tess2.examples.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress of something long, on stderr where that is a terminal; nothing elsewhere. */
final class Progress implements AutoCloseable {
  private static final int REDRAW_MILLIS = 200;
  private static final int UNKNOWN = -1;

  private final @Nullable ProgressBarBuilder builder;
  private @Nullable ProgressBar bar;

  private Progress(@Nullable ProgressBarBuilder builder) {
    this.builder = builder;
  }

  /** Prepares to show something; nothing is shown before the first step. */
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

  /** Shows that it has begun, with the end not in sight. */
  synchronized void start() {
    if (builder != null && bar == null) {
      bar = builder.build();
    }
  }

  /** Shows how much of it is done; any thread may tell. */
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
