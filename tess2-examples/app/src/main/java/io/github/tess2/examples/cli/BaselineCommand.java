package io.github.tess2.examples.cli;

import io.github.tess2.examples.evaluation.Baseline;
import io.github.tess2.examples.evaluation.Report;
import io.github.tess2.examples.tasks.Scores;
import io.github.tess2.examples.tasks.TaskFiles;
import io.github.tess2.examples.tasks.TaskItem;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures an autoregressive checkpoint on the tasks that {@code evaluate} asks. */
@Command(
    name = "baseline",
    description = "Measures how many held-out tasks an autoregressive checkpoint gets right.")
final class BaselineCommand implements Callable<Integer> {
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

  /** For picocli, which sets the other fields before it calls. */
  @SuppressWarnings("NullAway.Init")
  BaselineCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    requirePositive("--length", length);
    requirePositive("--limit", limit);
    requirePositive("--batch-size", batchSize);
    threads.count().ifPresent(count -> requirePositive("--threads", count));
    List<TaskItem> all = TaskFiles.readItems(tasks);
    List<TaskItem> items = all.subList(0, Math.min(limit, all.size()));
    try (Baseline baseline = Baseline.load(model, threads.count());
        @Nullable AnswerLog log = answers == null ? null : AnswerLog.open(answers)) {
      return host.interruptibly(
          interrupted -> {
            long started = System.nanoTime();
            Scores scores;
            try (Progress progress = Progress.of(host, "autoregressive")) {
              scores =
                  baseline.tasks(
                      items,
                      batchSize,
                      length,
                      (batch, done, total) -> {
                        progress.stepTo(done, total);
                        if (log != null) {
                          log.add(batch);
                        }
                        return !interrupted.getAsBoolean();
                      });
            }
            if (interrupted.getAsBoolean()) {
              return Main.INTERRUPTED;
            }
            Report report = new Report("task");
            report.add("autoregressive", 0, (System.nanoTime() - started) / 1e9, scores);
            spec.commandLine().getOut().println(report.table());
            spec.commandLine().getOut().flush();
            return CommandLine.ExitCode.OK;
          });
    }
  }

  private void requirePositive(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " must be at least 1, but is: " + value);
    }
  }
}
