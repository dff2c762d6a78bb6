package io.github.tess2.examples.cli;

import static java.util.Objects.requireNonNull;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.tess2.DiffusionLM;
import io.github.tess2.SelfConditioning;
import io.github.tess2.examples.evaluation.Answer;
import io.github.tess2.examples.evaluation.Evaluator;
import io.github.tess2.examples.evaluation.Question;
import io.github.tess2.examples.evaluation.SeedTrial;
import io.github.tess2.examples.tasks.TaskItem;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks the same tasks with several seeds in each setting. Prints the row or line of a setting as
 * soon as it is done.
 */
final class SeedRun {
  private static final Gson LINES = new GsonBuilder().disableHtmlEscaping().create();

  private final Host host;
  private final DiffusionLM lm;
  private final Shape shape;
  private final PrintWriter out;
  private final @Nullable AnswerLog log;
  private final BooleanSupplier interrupted;

  /**
   * What all settings share.
   *
   * @param json whether each setting is printed as a line of JSON instead of a table row
   */
  record Shape(List<Long> seeds, int batchSize, int length, boolean json) {}

  /**
   * A number of steps, and a self-conditioning that replaces that of the request if it is not null.
   */
  private record Setting(int steps, @Nullable SelfConditioning conditioning) {
    String title() {
      String title = steps + (steps == 1 ? " step" : " steps");
      return conditioning == null
          ? title
          : title + ", self-conditioning " + conditioning.configName();
    }
  }

  /** Creates a run. Every answer is written to {@code log} unless it is null. */
  SeedRun(
      Host host,
      DiffusionLM lm,
      Shape shape,
      PrintWriter out,
      @Nullable AnswerLog log,
      BooleanSupplier interrupted) {
    this.host = host;
    this.lm = lm;
    this.shape = shape;
    this.out = out;
    this.log = log;
    this.interrupted = interrupted;
  }

  /**
   * Asks all tasks until interrupted. A setting that is not finished is not reported.
   *
   * @param both whether every number of steps is also run without self-conditioning
   */
  void ask(List<? extends Question> questions, List<Integer> steps, boolean both) {
    if (!shape.json) {
      out.println(SeedTrial.head());
    }
    for (int count : steps) {
      ask(questions, new Setting(count, null));
      if (both) {
        ask(questions, new Setting(count, SelfConditioning.NONE));
      }
    }
  }

  private void ask(List<? extends Question> questions, Setting setting) {
    Map<String, TaskItem> byId =
        questions.stream()
            .map(Question::item)
            .collect(Collectors.toMap(TaskItem::id, item -> item));
    SeedTrial trial = new SeedTrial(setting.title());
    for (long seed : shape.seeds) {
      if (interrupted.getAsBoolean()) {
        return;
      }
      trial.begin(seed);
      long started = System.nanoTime();
      Evaluator evaluator =
          new Evaluator(lm, shape.batchSize, shape.length, seed, setting.conditioning);
      try (Progress progress = Progress.of(host, setting.title() + ", seed " + seed)) {
        evaluator.questions(
            questions,
            setting.steps,
            (answers, done, total) -> {
              progress.stepTo(done, total);
              add(trial, byId, answers);
              return !interrupted.getAsBoolean();
            });
      }
      trial.took((System.nanoTime() - started) / 1e9);
    }
    if (!interrupted.getAsBoolean()) {
      out.println(shape.json ? LINES.toJson(trial.json()) : trial.row());
      out.flush();
    }
  }

  private void add(SeedTrial trial, Map<String, TaskItem> byId, List<Answer> answers) {
    for (Answer answer : answers) {
      trial.add(requireNonNull(byId.get(answer.id())), answer);
    }
    if (log != null) {
      log.add(answers);
    }
  }
}
