package io.github.tess2.examples.benchmark;

import static io.github.tess2.examples.options.OptionChecks.check;
import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.gson.JsonObject;
import io.github.tess2.ComputeDevice;
import io.github.tess2.Message;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.examples.options.DeviceConverter;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.engine.Devices;
import io.github.tess2.runtime.generation.ChatText;
import io.github.tess2.training.AdamW;
import io.github.tess2.training.LearningRate;
import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener.Signal;
import io.github.tess2.training.TrainingStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures training in a separate process, so that it has its own threads. */
@Command(
    name = "train",
    description =
        "Measures instruction tuning on random weights and prints one line of JSON. One setting a"
            + " process.")
final class TrainMeasureCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      defaultValue = "small",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Shape shape;

  @Option(
      names = "--precision",
      paramLabel = "FORMAT",
      defaultValue = "bf16",
      description = "fp32 or bf16. Default: ${DEFAULT-VALUE}.")
  private Precision precision;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      converter = DeviceConverter.class,
      defaultValue = "cpu",
      description = "auto, cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  private ComputeDevice device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that compute. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Sequences in a batch. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens in a sequence. Default: ${DEFAULT-VALUE}.")
  private int length;

  @Option(
      names = "--prompt",
      paramLabel = "N",
      defaultValue = "32",
      description = "Tokens of it that are not masked. Default: ${DEFAULT-VALUE}.")
  private int prompt;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "100",
      description = "Steps measured; half of them, by chance, self-conditioned. Default: 100.")
  private int steps;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "10",
      description = "Warm-up steps. Default: ${DEFAULT-VALUE}.")
  private int warmup;

  private long started;
  private long ended;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  TrainMeasureCommand() {}

  @Override
  public Integer call() throws IOException {
    check(
        spec,
        () -> {
          requireAtLeast("--threads", threads, 1);
          requireAtLeast("--warmup", warmup, 1);
        });
    device = Devices.resolve(device);
    Path folder = Files.createTempDirectory("tess2-benchmark");
    try {
      ModelConfig model = shape.config(ModelConfig.Purpose.DIFFUSION);
      RandomCheckpoint.write(folder, model, 1);
      train(folder, chat(folder, model));
    } finally {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
    double seconds = (ended - started) / 1e9 / steps;
    JsonObject found = new JsonObject();
    found.addProperty("pipeline", "tess2");
    found.addProperty("device", device.toString());
    found.addProperty("precision", precision.toString());
    found.addProperty("threads", threads);
    found.addProperty("batch", batch);
    found.addProperty("length", length);
    found.addProperty("step_seconds", seconds);
    found.addProperty("tokens_per_second", (double) batch * length / seconds);
    DeviceMemory.used(device).ifPresent(bytes -> found.addProperty("device_bytes", bytes));
    spec.commandLine().getOut().println(found);
    spec.commandLine().getOut().flush();
    return CommandLine.ExitCode.OK;
  }

  /** A chat whose prompt has as many tokens as asked for. */
  private Path chat(Path folder, ModelConfig model) throws IOException {
    int around;
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, model)) {
      Prompt.Chat shortest = new Prompt.Chat(List.of(Message.user("x")));
      around = tokenizer.encodeSequence(ChatText.beforeAnswer(shortest, tokenizer)).length() - 1;
    }
    check(
        spec,
        () -> {
          requireAtLeast("--prompt", prompt, around + 1);
          requireAtLeast("--length", length, prompt + 2);
        });
    return Files.writeString(
        folder.resolve("data.jsonl"),
        String.format(
            Locale.ROOT,
            """
        {"messages": [{"role": "user", "content": "%s"}, {"role": "assistant", "content": "x"}]}
        """,
            "x".repeat(prompt - around)));
  }

  private void train(Path folder, Path data) {
    TrainingConfig config =
        TrainingConfig.builder(TrainingStage.INSTRUCTION)
            .startFrom(folder)
            .data(data)
            .output(folder.resolve("run"))
            .steps(warmup + steps)
            .checkpointEvery(warmup + steps)
            .batchSize(batch)
            .sequenceLength(length)
            .learningRate(LearningRate.constant(1e-5))
            // As in plain_pytorch_training.py.
            .optimizer(AdamW.builder().beta2(0.98).weightDecay(0.01).build())
            .precision(precision)
            .device(device)
            .threads(threads)
            .build();
    Trainer.train(
        config,
        progress -> {
          ended = System.nanoTime();
          started = progress.step() == warmup ? ended : started;
          return Signal.CONTINUE;
        });
  }
}
