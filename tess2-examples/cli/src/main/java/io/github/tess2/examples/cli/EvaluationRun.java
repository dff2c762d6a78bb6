package io.github.tess2.examples.cli;

import io.github.tess2.examples.evaluation.Evaluator;
import io.github.tess2.examples.evaluation.Report;
import io.github.tess2.examples.tasks.InfillItem;
import io.github.tess2.examples.tasks.Scores;
import io.github.tess2.examples.tasks.TaskItem;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks a model questions with one number of steps after another, and shows progress. */
final class EvaluationRun {
  private final Host host;
  private final Evaluator evaluator;
  private final @Nullable AnswerLog log;
  private final BooleanSupplier interrupted;
  private final Report tasks = new Report("task");
  private final Report infill = new Report("infill");

  /** The questions; either list may be empty. */
  record Questions(List<TaskItem> tasks, List<InfillItem> infill) {}

  /** Creates a run. Every answer is written to {@code log} unless it is null. */
  EvaluationRun(
      Host host, Evaluator evaluator, @Nullable AnswerLog log, BooleanSupplier interrupted) {
    this.host = host;
    this.evaluator = evaluator;
    this.log = log;
    this.interrupted = interrupted;
  }

  /** Asks all questions until interrupted. A set that is not finished is not reported. */
  void ask(Questions questions, int steps) {
    String title = steps + (steps == 1 ? " step" : " steps");
    if (!questions.tasks.isEmpty()) {
      ask(tasks, title, steps, listener -> evaluator.tasks(questions.tasks, steps, listener));
    }
    if (!questions.infill.isEmpty()) {
      ask(
          infill,
          title,
          steps,
          listener -> evaluator.infill(questions.infill, steps, true, listener));
      ask(
          infill,
          title + ", right side cut",
          steps,
          listener -> evaluator.infill(questions.infill, steps, false, listener));
    }
  }

  private void ask(
      Report report, String title, int steps, Function<Evaluator.Listener, Scores> run) {
    if (interrupted.getAsBoolean()) {
      return;
    }
    long started = System.nanoTime();
    Scores scores;
    try (Progress progress = Progress.of(host, title)) {
      scores =
          run.apply(
              (answers, done, total) -> {
                progress.stepTo(done, total);
                if (log != null) {
                  log.add(answers);
                }
                return !interrupted.getAsBoolean();
              });
    }
    if (!interrupted.getAsBoolean()) {
      report.add(title, steps, (System.nanoTime() - started) / 1e9, scores);
    }
  }

  Report tasks() {
    return tasks;
  }

  Report infill() {
    return infill;
  }

  /** The reports that are not empty. */
  List<Report> reports() {
    return Stream.of(tasks, infill).filter(report -> !report.isEmpty()).toList();
  }
}
