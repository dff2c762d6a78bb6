package io.github.tess2.examples.cli;

import static io.github.tess2.examples.options.OptionChecks.check;
import static io.github.tess2.examples.options.OptionChecks.checked;
import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.tess2.DiffusionLM;
import io.github.tess2.examples.claims.AnswerFile;
import io.github.tess2.examples.claims.GuidancePlots;
import io.github.tess2.examples.claims.GuidanceReport;
import io.github.tess2.examples.claims.GuidanceTrial;
import io.github.tess2.examples.claims.Setting;
import io.github.tess2.examples.claims.Setting.Experiment;
import io.github.tess2.examples.tasks.TaskFiles;
import io.github.tess2.examples.tasks.TaskItem;
import io.github.tess2.spi.RewardModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Measures guidance: the reward at each scale, guidance compared with best-of, and a wanted word.
 */
@Command(
    name = "guidance",
    description = {
      "Measures what guidance does to held-out tasks: mean reward and accuracy by guidance scale,"
          + " guidance against best-of at the same cost, and how often a wanted word is said.",
      "Writes answers.jsonl, guidance.md and plots to a folder. Started again on the same folder it"
          + " asks only the questions that are not answered yet."
    })
final class GuidanceClaimCommand implements Callable<Integer> {
  private final Host host;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FOLDER",
      description = "The folder for the results; created if missing.")
  private Path folder;

  @Option(
      names = "--tasks",
      paramLabel = "FILE",
      required = true,
      description = "Tasks as tess2 data writes them, such as guidance.jsonl.")
  private Path tasks;

  @Option(
      names = "--reward",
      paramLabel = "FOLDER",
      description = "The reward model. Default: the one that ships with the library.")
  private @Nullable Path reward;

  @Option(
      names = "--readout",
      paramLabel = "WHERE",
      defaultValue = "end",
      description =
          "Where guidance reads the score: end (the end of the answer, where finished answers"
              + " are scored) or last (the last position, as in the paper). Default:"
              + " ${DEFAULT-VALUE}.")
  private RewardModel.Readout readout;

  @Option(
      names = "--experiments",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "scale,best_of,word",
      description =
          "Which of ${COMPLETION-CANDIDATES}; both is best-of among guided candidates, each"
              + " scale with"
              + " each number of them. Default: ${DEFAULT-VALUE}.")
  private List<Experiment> experiments;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,2,3",
      description = "One run over all tasks each. Default: ${DEFAULT-VALUE}.")
  private List<Long> seeds;

  @Option(
      names = "--scales",
      paramLabel = "X",
      split = ",",
      defaultValue = "0,0.1,0.25,0.5,1,2,4,8",
      description = "The scale of guidance by the reward model. Default: ${DEFAULT-VALUE}.")
  private List<Double> scales;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      split = ",",
      defaultValue = "2,4,8",
      description =
          "Numbers of candidates for best-of. The number that costs the same as guidance is"
              + " always added. Default: ${DEFAULT-VALUE}.")
  private List<Integer> candidates;

  @Option(
      names = "--word-scales",
      paramLabel = "X",
      split = ",",
      defaultValue = "0,1,2,4,8,16,32",
      description = "The scale of guidance towards the wanted word. Default: ${DEFAULT-VALUE}.")
  private List<Double> wordScales;

  @Option(
      names = "--from",
      paramLabel = "X",
      split = ",",
      defaultValue = "0",
      description =
          "Where in a run guidance starts, in [0, 1): 0 for all steps, 0.5 for the last half."
              + " Each is combined with each scale. Default: ${DEFAULT-VALUE}.")
  private List<Double> starts;

  @Option(
      names = "--words",
      paramLabel = "WORD",
      split = ",",
      defaultValue = "red,dog,home,seven,good",
      description = "Wanted words, assigned to the tasks in turn. Default: ${DEFAULT-VALUE}.")
  private List<String> words;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "1",
      description = "Gradients at each step. Default: ${DEFAULT-VALUE}.")
  private int iterations;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "500",
      description = "Ask the first N tasks. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "100",
      description = "Denoising steps. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "" + EvaluateCommand.DEFAULT_LENGTH,
      description = "Room for an answer, in tokens. Default: ${DEFAULT-VALUE}.")
  private int length;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "32",
      description = "Sequences generated at once. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Mixin private ModelOptions modelOptions;

  /** For picocli, which sets the other fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  GuidanceClaimCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() throws IOException {
    check(spec, this::requireOptions);
    DiffusionLM.Builder builder = checked(spec, modelOptions::builder);
    List<TaskItem> all = TaskFiles.readItems(tasks);
    List<TaskItem> items = all.subList(0, Math.min(limit, all.size()));
    try (DiffusionLM lm = ModelOptions.load(host, builder);
        @Nullable RewardModel rewardModel = needsReward() ? open(lm) : null;
        AnswerFile file = AnswerFile.open(folder, settings(lm))) {
      double share =
          rewardModel == null ? 0 : (double) rewardModel.weightBytes() / lm.info().weightBytes();
      GuidanceTrial trial =
          new GuidanceTrial(
              lm,
              rewardModel == null
                  ? null
                  : new GuidanceTrial.Rewards(
                      rewardModel.withReadout(readout),
                      rewardModel.withReadout(RewardModel.Readout.END)),
              new GuidanceTrial.Shape(steps, length, iterations, batchSize, words),
              items,
              file);
      List<Setting> settings =
          Setting.all(
              experiments,
              scales,
              Setting.candidates(candidates, steps, iterations, share),
              candidates,
              wordScales,
              starts);
      boolean finished = host.interruptibly(interrupted -> ask(trial, settings, interrupted));
      report(file, share);
      return finished ? CommandLine.ExitCode.OK : Main.INTERRUPTED;
    }
  }

  private boolean needsReward() {
    return experiments.stream().anyMatch(one -> one != Experiment.WORD);
  }

  private RewardModel open(DiffusionLM lm) {
    return RewardModel.open(
        RewardModel.Configuration.builder()
            .model(reward)
            .device(lm.info().device())
            .precision(lm.info().precision())
            .weights(lm.info().weights())
            .readout(RewardModel.Readout.END)
            .build());
  }

  private void requireOptions() {
    requireAtLeast("--limit", limit, 1);
    requireAtLeast("--steps", steps, 1);
    requireAtLeast("--length", length, 1);
    requireAtLeast("--iterations", iterations, 1);
    requireAtLeast("--batch-size", batchSize, 1);
    candidates.forEach(count -> requireAtLeast("--candidates", count, 1));
    for (double from : starts) {
      if (!(from >= 0 && from < 1)) {
        throw new IllegalArgumentException("--from must be in [0, 1), but is: " + from);
      }
    }
  }

  /** Everything apart from the setting that determines an answer. */
  private JsonObject settings(DiffusionLM lm) {
    JsonObject settings = new JsonObject();
    settings.addProperty("model", modelOptions.name());
    settings.addProperty("tokenizer", lm.tokenizer().fingerprint());
    settings.addProperty("reward", reward == null ? "shipped" : reward.toString());
    settings.addProperty("readout", readout.name());
    settings.addProperty("tasks", tasks.toString());
    settings.addProperty("steps", steps);
    settings.addProperty("length", length);
    settings.addProperty("iterations", iterations);
    settings.add("words", new Gson().toJsonTree(words));
    return settings;
  }

  private boolean ask(GuidanceTrial trial, List<Setting> settings, BooleanSupplier interrupted) {
    List<Run> runs = new ArrayList<>();
    // All settings of one seed come before the next seed, so that the first seed already gives a
    // full table.
    for (long seed : seeds) {
      settings.forEach(setting -> runs.add(new Run(setting, seed)));
    }
    ClaimProgress progress =
        new ClaimProgress(
            host,
            spec.commandLine().getErr(),
            runs.stream().mapToInt(run -> trial.open(run.setting, run.seed)).sum());
    try (progress) {
      for (Run run : runs) {
        progress.begin(run.setting.label() + ", seed " + run.seed);
        boolean all =
            trial.ask(
                run.setting,
                run.seed,
                answers -> {
                  progress.add(answers);
                  return !interrupted.getAsBoolean();
                });
        if (!all) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Run(Setting setting, long seed) {}

  private void report(AnswerFile file, double share) throws IOException {
    if (file.answers().isEmpty()) {
      return;
    }
    String markdown = new GuidanceReport(file.answers(), share).markdown();
    TaskFiles.replace(folder.resolve("guidance.md"), markdown);
    new GuidancePlots(file.answers(), share).write(folder);
    spec.commandLine().getOut().print(markdown);
    spec.commandLine().getOut().flush();
  }
}
