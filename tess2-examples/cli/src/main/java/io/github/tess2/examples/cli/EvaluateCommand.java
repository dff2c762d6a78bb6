package io.github.tess2.examples.cli;

import static io.github.tess2.examples.options.OptionChecks.check;
import static io.github.tess2.examples.options.OptionChecks.checked;
import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.github.tess2.DiffusionLM;
import io.github.tess2.Tess2Exception;
import io.github.tess2.Tokenizer;
import io.github.tess2.examples.evaluation.BlankedAnswer;
import io.github.tess2.examples.evaluation.Evaluator;
import io.github.tess2.examples.evaluation.Question;
import io.github.tess2.examples.evaluation.StartedAnswer;
import io.github.tess2.examples.tasks.TaskFiles;
import io.github.tess2.examples.tasks.TaskItem;
import io.github.tess2.runtime.files.FileProblem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how many held-out tasks a model gets right. */
@Command(
    name = "evaluate",
    description = "Measures how many held-out tasks a model gets right, for each task.")
final class EvaluateCommand implements Callable<Integer> {
  private static final int DEFAULT_STEPS = 100;

  /**
   * Most tokens of an answer to a task: the part of the shipped model's 92 that the longest prompts
   * leave.
   */
  static final int DEFAULT_LENGTH = 45;

  /** The seed of an evaluation, unless one is given, so that runs can be compared. */
  static final long DEFAULT_SEED = 0;

  private static final Gson LINES = new GsonBuilder().disableHtmlEscaping().create();

  private final Host host;
  @Spec private CommandSpec spec;

  @Option(
      names = "--tasks",
      paramLabel = "FILE",
      description = "Tasks as tess2 data writes them, such as held-out.jsonl.")
  private @Nullable Path tasks;

  @Option(
      names = "--infill",
      paramLabel = "FILE",
      description =
          "Texts with a blank, such as infill.jsonl. Each is asked with and without the text"
              + " after the blank.")
  private @Nullable Path infill;

  @Option(
      names = "--sweep",
      paramLabel = "N",
      split = ",",
      description = "Numbers of steps to run one after another, instead of --steps: 1,10,100.")
  private List<Integer> sweep = List.of();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      split = ",",
      description =
          "Ask every task with each of these seeds instead of --seed. Shows means over the"
              + " seeds with standard errors, the number of different right answers per prompt, and"
              + " the taste of right answers: one row, or one line with --json, per setting when it"
              + " is done.")
  private List<Long> seeds = List.of();

  @Option(
      names = "--without-self-conditioning",
      description = "With --seeds: run every number of steps again without self-conditioning.")
  private boolean both;

  @Option(
      names = "--finish",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "With --seeds: give each reference answer except its last N words, and let the model"
              + " finish it. Default: 0, which gives nothing.")
  private int finish;

  @Option(
      names = "--blanks",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "With --seeds: give each reference answer except N of its words, drawn at random, and"
              + " let the model fill the blanks. Default: 0, which gives nothing.")
  private int blanks;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "2147483647",
      description = "Ask the first N of each file only.")
  private int limit;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "32",
      description = "Questions asked at once. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(names = "--json", description = "Print the scores as a JSON object instead of tables.")
  private boolean json;

  @Option(
      names = "--answers",
      paramLabel = "FILE",
      description = "Write every answer to a file, a JSON object a line.")
  private @Nullable Path answers;

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "Draw the accuracies of the tasks over the numbers of steps.")
  private @Nullable Path plot;

  @Mixin private ModelOptions modelOptions;
  @Mixin private SamplingOptions samplingOptions;
  @Mixin private GuidanceOptions guidanceOptions;

  /** For picocli, which sets the other fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  EvaluateCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    check(spec, this::requireOptions);
    DiffusionLM.Builder model =
        checked(
            spec,
            () -> {
              DiffusionLM.Builder builder = modelOptions.builder();
              samplingOptions.applyTo(builder);
              return builder;
            });
    // Read before the model is loaded, so that errors in them are reported at once.
    EvaluationRun.Questions questions =
        new EvaluationRun.Questions(
            tasks == null ? List.of() : first(TaskFiles.readItems(tasks)),
            infill == null ? List.of() : first(TaskFiles.readInfill(infill)));
    GuidanceOptions.Opened guidance = checked(spec, guidanceOptions::open);
    guidance.applyTo(model);
    try (guidance;
        DiffusionLM lm = ModelOptions.load(host, model);
        @Nullable AnswerLog log = answers == null ? null : AnswerLog.open(answers)) {
      return host.interruptibly(
          interrupted -> {
            if (!seeds.isEmpty()) {
              new SeedRun(host, lm, seedShape(), spec.commandLine().getOut(), log, interrupted)
                  .ask(given(questions.tasks(), lm.tokenizer()), steps(), both);
              return interrupted.getAsBoolean() ? Main.INTERRUPTED : CommandLine.ExitCode.OK;
            }
            EvaluationRun run = new EvaluationRun(host, evaluator(lm), log, interrupted);
            for (int count : steps()) {
              run.ask(questions, count);
            }
            draw(run);
            return report(run, interrupted.getAsBoolean());
          });
    }
  }

  private void requireOptions() {
    if (tasks == null && infill == null) {
      throw new IllegalArgumentException("--tasks or --infill is missing");
    }
    if (!sweep.isEmpty() && samplingOptions.steps() != null) {
      throw new IllegalArgumentException("--sweep and --steps exclude each other");
    }
    if (plot != null && tasks == null) {
      throw new IllegalArgumentException("--plot needs --tasks");
    }
    if (plot != null && !plot.toString().endsWith(".png")) {
      throw new IllegalArgumentException("--plot must end in .png, but is: " + plot);
    }
    requireSeeds();
    requireAtLeast("--limit", limit, 1);
    requireAtLeast("--batch-size", batchSize, 1);
    sweep.forEach(steps -> requireAtLeast("--sweep", steps, 1));
  }

  private void requireSeeds() {
    if (both && seeds.isEmpty()) {
      throw new IllegalArgumentException("--without-self-conditioning needs --seeds");
    }
    if (finish != 0 && seeds.isEmpty()) {
      throw new IllegalArgumentException("--finish needs --seeds");
    }
    if (blanks != 0 && seeds.isEmpty()) {
      throw new IllegalArgumentException("--blanks needs --seeds");
    }
    if (finish != 0 && blanks != 0) {
      throw new IllegalArgumentException("--finish and --blanks exclude each other");
    }
    requireAtLeast("--finish", finish, 0);
    requireAtLeast("--blanks", blanks, 0);
    if (!seeds.isEmpty() && samplingOptions.seed() != null) {
      throw new IllegalArgumentException("--seeds and --seed exclude each other");
    }
    if (!seeds.isEmpty() && (tasks == null || infill != null || plot != null)) {
      throw new IllegalArgumentException("--seeds needs --tasks, without --infill and --plot");
    }
  }

  private List<? extends Question> given(List<TaskItem> items, Tokenizer tokenizer) {
    return blanks > 0
        ? BlankedAnswer.of(items, blanks, tokenizer)
        : StartedAnswer.of(items, finish, tokenizer);
  }

  private List<Integer> steps() {
    if (!sweep.isEmpty()) {
      return sweep;
    }
    Integer steps = samplingOptions.steps();
    return List.of(steps == null ? DEFAULT_STEPS : steps);
  }

  private <T> List<T> first(List<T> items) {
    return items.subList(0, Math.min(limit, items.size()));
  }

  private Evaluator evaluator(DiffusionLM lm) {
    Long seed = samplingOptions.seed();
    return new Evaluator(lm, batchSize, length(), seed == null ? DEFAULT_SEED : seed);
  }

  private SeedRun.Shape seedShape() {
    return new SeedRun.Shape(seeds, batchSize, length(), json);
  }

  private int length() {
    Integer length = samplingOptions.length();
    return length == null ? DEFAULT_LENGTH : length;
  }

  private void draw(EvaluationRun run) {
    if (plot == null || run.tasks().isEmpty()) {
      return;
    }
    // No window is opened, and the machine may have no display.
    System.setProperty("java.awt.headless", "true");
    try {
      BitmapEncoder.saveBitmap(run.tasks().chart(), plot.toString(), BitmapFormat.PNG);
    } catch (IOException e) {
      throw new Tess2Exception(
          "the plot cannot be written: " + plot + " (" + FileProblem.of(e) + ")", e);
    }
  }

  private int report(EvaluationRun run, boolean interrupted) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonObject all = new JsonObject();
      all.add("tasks", run.tasks().json());
      all.add("infill", run.infill().json());
      out.println(LINES.toJson(all));
    } else {
      run.reports().forEach(report -> out.println(report.table()));
    }
    out.flush();
    return interrupted ? Main.INTERRUPTED : CommandLine.ExitCode.OK;
  }
}
