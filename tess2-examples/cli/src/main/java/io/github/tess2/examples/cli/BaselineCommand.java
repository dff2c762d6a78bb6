package io.github.tess2.examples.cli;

import static io.github.tess2.examples.options.OptionChecks.check;
import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;
import static java.util.Objects.requireNonNull;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.tess2.examples.evaluation.Answer;
import io.github.tess2.examples.evaluation.Baseline;
import io.github.tess2.examples.evaluation.Report;
import io.github.tess2.examples.evaluation.SeedTrial;
import io.github.tess2.examples.evaluation.StartedAnswer;
import io.github.tess2.examples.tasks.Scores;
import io.github.tess2.examples.tasks.TaskFiles;
import io.github.tess2.examples.tasks.TaskItem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures an autoregressive checkpoint on the tasks of {@code evaluate}. */
@Command(
    name = "baseline",
    description = "Measures how many held-out tasks an autoregressive checkpoint gets right.")
final class BaselineCommand implements Callable<Integer> {
  private static final String TITLE = "autoregressive";
  private static final Gson LINES = new GsonBuilder().disableHtmlEscaping().create();

  private final Host host;
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      required = true,
      description = "The checkpoint: config.json, safetensors and tokenizer files.")
  private Path model;

  @Option(
      names = "--tasks",
      paramLabel = "FILE",
      required = true,
      description = "Tasks as tess2 data writes them, such as held-out.jsonl.")
  private Path tasks;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "" + EvaluateCommand.DEFAULT_LENGTH,
      description = "Room for an answer, in tokens. Default: ${DEFAULT-VALUE}.")
  private int length;

  @Option(
      names = "--finish",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Give each reference answer except its last N words, and let the model finish it."
              + " Default: 0, which gives nothing.")
  private int finish;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "2147483647",
      description = "Ask the first N only.")
  private int limit;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "64",
      description = "Questions asked at once. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Option(
      names = "--answers",
      paramLabel = "FILE",
      description = "Write every answer to a file, a JSON object a line.")
  private @Nullable Path answers;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      split = ",",
      description =
          "Draw tokens, once with each of these seeds, instead of taking the most likely"
              + " ones. Shows means over the seeds with standard errors, and the number of"
              + " different right answers per prompt.")
  private List<Long> seeds = List.of();

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "The logits are divided by this before tokens are drawn. Default: 1.")
  private @Nullable Double temperature;

  @Option(names = "--json", description = "With --seeds: print a JSON object instead of a table.")
  private boolean json;

  /** For picocli, which sets the other fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  BaselineCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    check(spec, this::requireOptions);
    List<TaskItem> all = TaskFiles.readItems(tasks);
    List<TaskItem> items = all.subList(0, Math.min(limit, all.size()));
    try (Baseline baseline = Baseline.load(model, threads.count());
        @Nullable AnswerLog log = answers == null ? null : AnswerLog.open(answers)) {
      List<StartedAnswer> starts = StartedAnswer.of(items, finish, baseline.tokenizer());
      return host.interruptibly(
          interrupted -> {
            String report =
                seeds.isEmpty()
                    ? likeliest(baseline, starts, log, interrupted)
                    : drawn(baseline, starts, log, interrupted);
            if (interrupted.getAsBoolean()) {
              return Main.INTERRUPTED;
            }
            spec.commandLine().getOut().println(report);
            spec.commandLine().getOut().flush();
            return CommandLine.ExitCode.OK;
          });
    }
  }

  private void requireOptions() {
    requireAtLeast("--length", length, 1);
    requireAtLeast("--finish", finish, 0);
    requireAtLeast("--limit", limit, 1);
    requireAtLeast("--batch-size", batchSize, 1);
    threads.count().ifPresent(count -> requireAtLeast("--threads", count, 1));
    if (seeds.isEmpty() && (temperature != null || json)) {
      throw new IllegalArgumentException((json ? "--json" : "--temperature") + " needs --seeds");
    }
    if (temperature != null && !(temperature > 0 && Double.isFinite(temperature))) {
      throw new IllegalArgumentException(
          "--temperature must be greater than zero, but is: " + temperature);
    }
  }

  private String likeliest(
      Baseline baseline,
      List<StartedAnswer> starts,
      @Nullable AnswerLog log,
      BooleanSupplier interrupted) {
    long started = System.nanoTime();
    Scores scores;
    try (Progress progress = Progress.of(host, TITLE)) {
      scores =
          baseline.tasks(
              starts,
              batchSize,
              length,
              (batch, done, total) -> record(progress, log, batch, done, total, interrupted));
    }
    Report report = new Report("task");
    report.add(TITLE, 0, (System.nanoTime() - started) / 1e9, scores);
    return report.table();
  }

  private String drawn(
      Baseline baseline,
      List<StartedAnswer> starts,
      @Nullable AnswerLog log,
      BooleanSupplier interrupted) {
    Map<String, TaskItem> byId =
        starts.stream()
            .map(StartedAnswer::item)
            .collect(Collectors.toMap(TaskItem::id, item -> item));
    SeedTrial trial = new SeedTrial(TITLE);
    for (long seed : seeds) {
      trial.begin(seed);
      long started = System.nanoTime();
      try (Progress progress = Progress.of(host, TITLE + ", seed " + seed)) {
        baseline.tasks(
            starts,
            batchSize,
            length,
            new Baseline.Sampling(temperature == null ? 1 : temperature, seed),
            (batch, done, total) -> {
              batch.forEach(answer -> trial.add(requireNonNull(byId.get(answer.id())), answer));
              return record(progress, log, batch, done, total, interrupted);
            });
      }
      trial.took((System.nanoTime() - started) / 1e9);
      if (interrupted.getAsBoolean()) {
        break;
      }
    }
    return json ? LINES.toJson(trial.json()) : SeedTrial.head() + "\n" + trial.row();
  }

  private static boolean record(
      Progress progress,
      @Nullable AnswerLog log,
      List<Answer> batch,
      int done,
      int total,
      BooleanSupplier interrupted) {
    progress.stepTo(done, total);
    if (log != null) {
      log.add(batch);
    }
    return !interrupted.getAsBoolean();
  }
}
