package io.github.tess2.examples.cli;

import io.github.tess2.training.DataProgress;
import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener;
import io.github.tess2.training.TrainingProgress;
import io.github.tess2.training.TrainingResult;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Shows a training run: a line of progress, and a picture of the loss. */
final class TrainingSession implements TrainingListener {
  private static final long TERMINAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LOG_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final PrintWriter err;
  private final boolean terminal;
  private final String name;
  private final BooleanSupplier interrupted;
  private long shown;
  private boolean any;

  private TrainingSession(
      PrintWriter err, boolean terminal, String name, BooleanSupplier interrupted) {
    this.err = err;
    this.terminal = terminal;
    this.name = name;
    this.interrupted = interrupted;
    this.shown = System.nanoTime();
  }

  /** Trains until the end or an interrupt. Both write a checkpoint and, next to it, the picture. */
  static TrainingResult run(
      Host host, PrintWriter err, String name, TrainingConfig config, BooleanSupplier interrupted) {
    TrainingSession session = new TrainingSession(err, host.errIsTerminal(), name, interrupted);
    TrainingResult result = Trainer.train(config, session);
    session.endLine();
    Path metrics = config.output().resolve("metrics.jsonl");
    if (Files.exists(metrics)) {
      drawIfPossible(
          err, () -> LossCurves.draw(List.of(metrics), config.output().resolve("loss.svg")));
    }
    if (!result.finished()) {
      err.println(
          String.format(
              Locale.ROOT,
              "Stopped after step %d of %d. Run the same command to continue.",
              result.steps(),
              config.steps()));
    }
    err.flush();
    return result;
  }

  /**
   * Draws the picture, or reports why it cannot: a Java runtime made for servers may lack the
   * module java.desktop, or fonts. By then the training is done, and a failed picture must not make
   * it fail.
   */
  static void drawIfPossible(PrintWriter err, Runnable picture) {
    try {
      picture.run();
    } catch (LinkageError | InternalError e) {
      err.println("No picture of the loss is drawn, because this Java runtime cannot draw: " + e);
    }
  }

  @Override
  public Signal onDataCheck(DataProgress progress) {
    boolean last = progress.checked() == progress.total();
    long now = System.nanoTime();
    if (!last && now - shown >= (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
      show(
          String.format(
              Locale.ROOT,
              "%s  checked %d of %d lines",
              name,
              progress.checked(),
              progress.total()),
          false);
      shown = now;
    }
    if (last && progress.cut() + progress.skipped() > 0) {
      show(
          String.format(
              Locale.ROOT,
              "%s  of %d lines, %d are cut and %d skipped",
              name,
              progress.total(),
              progress.cut(),
              progress.skipped()),
          true);
    }
    // Does not stop after the last line of data: the first step follows at once, and stopping there
    // writes a checkpoint.
    return !last && interrupted.getAsBoolean() ? Signal.STOP : Signal.CONTINUE;
  }

  @Override
  public Signal onStep(TrainingProgress progress) {
    long now = System.nanoTime();
    boolean kept =
        progress.evaluationLoss().isPresent() || progress.step() == progress.totalSteps();
    if (!any || kept || now - shown >= (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
      show(line(progress), kept);
      shown = now;
      any = true;
    }
    return interrupted.getAsBoolean() ? Signal.STOP : Signal.CONTINUE;
  }

  private String line(TrainingProgress progress) {
    String heldOut =
        progress.evaluationLoss().isPresent()
            ? String.format(Locale.ROOT, "  held out %.4f", progress.evaluationLoss().getAsDouble())
            : "";
    return String.format(
        Locale.ROOT,
        "%s  step %d/%d  loss %.4f%s  rate %.2e  %,.0f tokens/s  %s left",
        name,
        progress.step(),
        progress.totalSteps(),
        progress.loss(),
        heldOut,
        progress.learningRate(),
        progress.tokensPerSecond(),
        clock(progress.remaining()));
  }

  private static String clock(Duration left) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", left.toHours(), left.toMinutesPart(), left.toSecondsPart());
  }

  private void show(String line, boolean kept) {
    if (terminal) {
      // Clears the rest of a longer previous line.
      err.print("\r" + line + "\u001b[K" + (kept ? System.lineSeparator() : ""));
    } else {
      err.println(line);
    }
    err.flush();
  }

  private void endLine() {
    if (terminal && any) {
      err.println();
    }
  }
}
