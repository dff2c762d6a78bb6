package io.github.tess2.examples.cli;

import static java.util.Objects.requireNonNull;

import io.github.tess2.Tess2Exception;
import io.github.tess2.examples.recipe.RecipePreset;
import io.github.tess2.examples.recipe.RecipeStage;
import io.github.tess2.examples.tasks.DataCommand;
import io.github.tess2.training.Conventions;
import io.github.tess2.training.LearningRate;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingResult;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Trains a model and its reward model from scratch, stage by stage. */
@Command(
    name = "recipe",
    defaultValueProvider = RecipeDefaults.class,
    description = {
      "Trains a model of the shipped kind from nothing: an autoregressive base, diffusion"
          + " adaptation, instruction tuning on short and then on all sequences, and the reward"
          + " model.",
      "If it was stopped or killed, run it again to resume. At the end FOLDER/model and"
          + " FOLDER/reward-model are ready to be loaded."
    })
final class RecipeCommand implements Callable<Integer> {
  /** The limits that the data is made with. */
  private static final List<String> DATA_LIMITS =
      List.of("--data-option", "--sequence-length", "--short-length");

  private final Host host;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "The folder for all output.")
  private Path folder;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "A folder that tess2 data wrote. Default: FOLDER/data, created if missing.")
  private @Nullable Path data;

  @Option(
      names = "--data-option",
      paramLabel = "OPTION",
      description =
          "An option for tess2 data when the data is made, such as"
              + " --data-option=--real-text=gsm8k/train.jsonl."
              + " Repeatable.")
  private List<String> dataOptions = List.of();

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description =
          "cpu: a smaller model, in hours on a core. gpu: the shipped model, in minutes on a GPU."
              + " Default: ${DEFAULT-VALUE}.")
  private RecipePreset preset;

  @Option(
      names = "--steps",
      paramLabel = "STAGE=N",
      split = ",",
      description = "Steps of stages: base, adaptation, short, instruction, reward.")
  private Map<RecipeStage, Integer> steps = new EnumMap<>(RecipeStage.class);

  @Option(
      names = "--batch-size",
      paramLabel = "STAGE=N",
      split = ",",
      description = "Sequences, or pairs, in a batch of stages.")
  private Map<RecipeStage, Integer> batchSizes = new EnumMap<>(RecipeStage.class);

  @Option(
      names = "--learning-rate",
      paramLabel = "STAGE=X",
      split = ",",
      description = "The highest learning rates of stages.")
  private Map<RecipeStage, Double> learningRates = new EnumMap<>(RecipeStage.class);

  @Option(
      names = "--warmup",
      paramLabel = "STAGE=N",
      split = ",",
      description = "Warm-up steps of stages.")
  private Map<RecipeStage, Integer> warmups = new EnumMap<>(RecipeStage.class);

  @Option(
      names = "--noisy-share",
      paramLabel = "X",
      description =
          "Share of the reward model's pairs with noisy answers, 0 to 1. Default: 0, 0.3 with"
              + " preset"
              + " gpu.")
  private @Nullable Double noisyShare;

  @Option(
      names = "--sequence-length",
      paramLabel = "N",
      defaultValue = "92",
      description =
          "Tokens in a sequence, and the model's longest; the data made has no longer chat."
              + " Default: ${DEFAULT-VALUE}.")
  private int sequenceLength;

  @Option(
      names = "--short-length",
      paramLabel = "N",
      defaultValue = "54",
      description =
          "Tokens in a sequence of the stage short; the data made has what fits."
              + " Default: ${DEFAULT-VALUE}.")
  private int shortLength;

  @Option(
      names = "--published",
      description =
          "Train each stage as the published code does where the default of this library"
              + " differs. The optimizer's settings remain the recipe's.")
  private boolean published;

  @Mixin private ShapeOptions shapeOptions;
  @Mixin private TrainingOptions trainingOptions;

  /** For picocli, which sets the other fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  RecipeCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    if (data != null && !dataOptions.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--data and --data-option exclude each other");
    }
    // Every stage is configured before the first begins, so that errors are reported at once.
    shapeOptions.assume(spec, preset.shape());
    for (RecipeStage stage : RecipeStage.values()) {
      config(stage, folder);
    }
    makeData();
    return host.interruptibly(this::train);
  }

  private int train(BooleanSupplier interrupted) {
    Map<RecipeStage, Path> checkpoints = new EnumMap<>(RecipeStage.class);
    for (RecipeStage stage : RecipeStage.values()) {
      RecipeStage before = stage.before();
      Path start = before == null ? folder : requireNonNull(checkpoints.get(before));
      TrainingResult result =
          TrainingSession.run(
              host, spec.commandLine().getErr(), stage.id(), config(stage, start), interrupted);
      if (!result.finished()) {
        return Main.INTERRUPTED;
      }
      checkpoints.put(stage, result.checkpoint());
    }
    publish(requireNonNull(checkpoints.get(RecipeStage.INSTRUCTION)), "model");
    publish(requireNonNull(checkpoints.get(RecipeStage.REWARD)), "reward-model");
    return CommandLine.ExitCode.OK;
  }

  /** Configures a stage. It starts from a checkpoint, except for the first stage. */
  private TrainingConfig config(RecipeStage stage, Path start) {
    RecipePreset.StageSettings own = preset.settings(stage);
    try {
      TrainingConfig.Builder run =
          TrainingConfig.builder(stage.stage())
              .data(stage.data().stream().map(dataFolder()::resolve).toArray(Path[]::new))
              .evaluationData(
                  stage.heldOut().stream().map(dataFolder()::resolve).toArray(Path[]::new))
              .output(folder.resolve(stage.id()))
              .steps(steps.getOrDefault(stage, own.steps()))
              .batchSize(batchSizes.getOrDefault(stage, own.batchSize()))
              .sequenceLength(stage.sequenceLength(sequenceLength, shortLength))
              .learningRate(
                  LearningRate.builder(learningRates.getOrDefault(stage, own.learningRate()))
                      .warmupSteps(warmups.getOrDefault(stage, own.warmup()))
                      .shape(own.shape())
                      .build());
      trainingOptions.applyTo(run);
      double noisy = stage == RecipeStage.REWARD ? noisyShare() : 0;
      run.noisyShare(noisy);
      if (published) {
        run.conventions(Conventions.published(stage.stage(), noisy > 0));
      }
      if (stage.before() == null) {
        run.fresh(shapeOptions.fresh(dataFolder().resolve("tokenizer"), sequenceLength));
      } else {
        run.startFrom(start);
      }
      return run.build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), stage.id() + ": " + e.getMessage(), e);
    }
  }

  private double noisyShare() {
    return noisyShare == null ? preset.noisyShare() : noisyShare;
  }

  private Path dataFolder() {
    return data == null ? folder.resolve("data") : data;
  }

  /**
   * Makes the data if a file is missing. The command data writes each file atomically, so an
   * existing file is complete.
   */
  private void makeData() {
    Path from = dataFolder();
    List<Path> missing =
        Stream.concat(
                Stream.of("tokenizer"),
                Stream.of(RecipeStage.values())
                    .flatMap(
                        stage -> Stream.concat(stage.data().stream(), stage.heldOut().stream())))
            .map(from::resolve)
            .filter(Files::notExists)
            .toList();
    if (missing.isEmpty()) {
      warnOfLimits(from);
      return;
    }
    if (data != null) {
      throw new Tess2Exception("data must exist, but does not: " + missing);
    }
    List<String> arguments = new ArrayList<>(List.of(from.toString()));
    arguments.addAll(preset.data());
    arguments.add("--tokens=" + sequenceLength);
    arguments.add("--open-tokens=" + sequenceLength);
    arguments.add("--short-tokens=" + shortLength);
    // If an option is given twice, the last one wins.
    arguments.addAll(dataOptions);
    int exit =
        new CommandLine(new DataCommand())
            .setOverwrittenOptionsAllowed(true)
            .setOut(spec.commandLine().getOut())
            .setErr(spec.commandLine().getErr())
            .execute(arguments.toArray(String[]::new));
    if (exit != CommandLine.ExitCode.OK) {
      throw new Tess2Exception("the data could not be made in " + from);
    }
  }

  /** Existing data is used as it is. Warns if it was made with other limits. */
  private void warnOfLimits(Path from) {
    ParseResult parsed = spec.commandLine().getParseResult();
    List<String> given = DATA_LIMITS.stream().filter(parsed::hasMatchedOption).toList();
    if (!given.isEmpty()) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          String.format(
              Locale.ROOT,
              "The data in %s exists already and is used unchanged. Ignored: %s.",
              from,
              String.join(" and ", given)));
      err.flush();
    }
  }

  private void publish(Path checkpoint, String name) {
    Path target = folder.resolve(name);
    PublishedModel.copy(checkpoint, target);
    spec.commandLine().getOut().println(target);
    spec.commandLine().getOut().flush();
  }
}
