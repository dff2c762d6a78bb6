package io.github.tess2.examples.cli;

import static io.github.tess2.examples.options.OptionChecks.checked;

import com.google.common.collect.ImmutableSet;
import io.github.tess2.training.LearningRate;
import io.github.tess2.training.Lora;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingResult;
import io.github.tess2.training.TrainingStage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains one stage. */
@Command(
    name = "train",
    description = {
      "Trains one stage: from a checkpoint, or from random weights.",
      "If it was stopped or killed, run it again: it continues from there."
    })
final class TrainCommand implements Callable<Integer> {
  private final Host host;
  @Spec private CommandSpec spec;

  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      required = true,
      description = "autoregressive, adaptation, instruction or reward.")
  private TrainingStage stage;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      split = ",",
      required = true,
      description = "JSON Lines of text, messages, or chosen and rejected.")
  private List<Path> data;

  @Option(
      names = "--evaluation-data",
      paramLabel = "FILE",
      split = ",",
      description = "Held-out data of the same kinds. Default: none.")
  private List<Path> evaluationData = List.of();

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      required = true,
      description = "The folder for checkpoints, metrics and the plot of the loss.")
  private Path output;

  @Option(
      names = "--start-from",
      paramLabel = "FOLDER",
      description = "The checkpoint to start from. Without it: --tokenizer and random weights.")
  private @Nullable Path startFrom;

  @Option(
      names = "--tokenizer",
      paramLabel = "FOLDER",
      description = "The tokenizer of a new model.")
  private @Nullable Path tokenizer;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description = "The maximum sequence length of a new model. Default: --sequence-length.")
  private @Nullable Integer maxLength;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Optimizer steps. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "64",
      description = "Sequences, or pairs, in a batch. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--sequence-length",
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens in a sequence. Default: ${DEFAULT-VALUE}.")
  private int sequenceLength;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      defaultValue = "1e-5",
      description = "The highest learning rate. Default: ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "0",
      description = "Steps until the highest learning rate is reached. Default: ${DEFAULT-VALUE}.")
  private int warmup;

  @Option(
      names = "--rate-shape",
      paramLabel = "SHAPE",
      defaultValue = "constant",
      description = "constant (default), or cosine or linear, down to the end at the last step.")
  private LearningRate.Shape shape;

  @Option(
      names = "--rate-end",
      paramLabel = "X",
      defaultValue = "0",
      description =
          "The final learning rate of a falling schedule, as a share of the highest. Default:"
              + " ${DEFAULT-VALUE}.")
  private double rateEnd;

  @Option(
      names = "--noisy-share",
      paramLabel = "X",
      defaultValue = "0",
      description =
          "Share of a reward model's pairs with noisy answers. Default: ${DEFAULT-VALUE}.")
  private double noisyShare;

  @Option(
      names = "--lora-rank",
      paramLabel = "N",
      description = "Train low-rank adapters of this rank instead of the weights.")
  private @Nullable Integer loraRank;

  @Option(
      names = "--lora-alpha",
      paramLabel = "X",
      description = "LoRA's alpha. Default: twice the rank.")
  private @Nullable Double loraAlpha;

  @Option(
      names = "--lora-targets",
      paramLabel = "NAME",
      split = ",",
      description =
          "Which weights get one: q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj."
              + " Default: all.")
  private List<Lora.Target> loraTargets = List.of();

  @Mixin private ShapeOptions shapeOptions;
  @Mixin private TrainingOptions trainingOptions;
  @Mixin private ConventionOptions conventionOptions;

  /** For picocli, which sets the other fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  TrainCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    TrainingConfig config = checked(spec, this::config);
    return host.interruptibly(
        interrupted -> {
          TrainingResult result =
              TrainingSession.run(
                  host,
                  spec.commandLine().getErr(),
                  stage.name().toLowerCase(Locale.ROOT),
                  config,
                  interrupted);
          spec.commandLine().getOut().println(result.checkpoint());
          spec.commandLine().getOut().flush();
          return result.finished() ? CommandLine.ExitCode.OK : Main.INTERRUPTED;
        });
  }

  private TrainingConfig config() {
    TrainingConfig.Builder run =
        TrainingConfig.builder(stage)
            .data(data.toArray(Path[]::new))
            .evaluationData(evaluationData.toArray(Path[]::new))
            .output(output)
            .steps(steps)
            .batchSize(batchSize)
            .sequenceLength(sequenceLength)
            .learningRate(
                LearningRate.builder(learningRate)
                    .warmupSteps(warmup)
                    .shape(shape)
                    .endShare(rateEnd)
                    .build())
            .noisyShare(noisyShare)
            .conventions(conventionOptions.of(stage, noisyShare));
    trainingOptions.applyTo(run);
    start(run);
    lora(run);
    return run.build();
  }

  private void start(TrainingConfig.Builder run) {
    if ((startFrom == null) == (tokenizer == null)) {
      throw new IllegalArgumentException(
          "either --start-from or --tokenizer must be given, but "
              + (startFrom == null ? "neither is" : "both are"));
    }
    if (startFrom != null) {
      run.startFrom(startFrom);
      requireAbsent(maxLength, "--max-length", "--tokenizer");
      shapeOptions
          .firstGiven(spec)
          .ifPresent(option -> requireAbsent(option, option, "--tokenizer"));
    }
    if (tokenizer != null) {
      run.fresh(shapeOptions.fresh(tokenizer, maxLength == null ? sequenceLength : maxLength));
    }
  }

  private void lora(TrainingConfig.Builder run) {
    if (loraRank == null) {
      requireAbsent(loraAlpha, "--lora-alpha", "--lora-rank");
      requireAbsent(loraTargets.isEmpty() ? null : loraTargets, "--lora-targets", "--lora-rank");
      return;
    }
    Lora all = Lora.ofRank(loraRank);
    run.lora(
        Lora.builder(loraRank)
            .alpha(loraAlpha == null ? all.alpha() : loraAlpha)
            .targets(loraTargets.isEmpty() ? all.targets() : ImmutableSet.copyOf(loraTargets))
            .build());
  }

  private static void requireAbsent(@Nullable Object value, String option, String needed) {
    if (value != null) {
      throw new IllegalArgumentException(option + " goes with " + needed + " only");
    }
  }
}
