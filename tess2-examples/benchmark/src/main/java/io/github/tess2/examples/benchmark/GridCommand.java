package io.github.tess2.examples.benchmark;

import static io.github.tess2.examples.options.OptionChecks.check;
import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import ai.djl.Device;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.examples.tasks.TaskFiles;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.grid.LossCurve;
import io.github.tess2.runtime.model.DiffusionModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.DoubleUnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures the curve by which the step grid {@code learned} spaces its steps. */
@Command(
    name = "grid",
    description =
        "Measures a model's loss over time, on answers under the model's own noise, and writes the"
            + " file that --grid learned:file=FILE reads.")
final class GridCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "A checkpoint.")
  private Path folder;

  @Parameters(index = "1", paramLabel = "FILE", description = "The file to write.")
  private Path file;

  @Option(
      names = "--tasks",
      paramLabel = "FILE",
      required = true,
      description = "Prompts and answers as tess2 data writes them, such as train.jsonl.")
  private Path tasks;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "200",
      description = "Use the first N. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--times",
      paramLabel = "N",
      defaultValue = "33",
      description = "Times to measure at, evenly spaced. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Mixin private MeasuredDevice device;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  GridCommand() {}

  @Override
  public Integer call() throws IOException {
    check(
        spec,
        () -> {
          requireAtLeast("--limit", limit, 1);
          requireAtLeast("--times", count, 2);
        });
    List<Example> examples =
        Example.read(tasks, folder, limit).stream()
            .filter(example -> !example.answer().isEmpty())
            .toList();
    TaskFiles.replace(file, measure(examples).json() + "\n");
    return CommandLine.ExitCode.OK;
  }

  private LossCurve measure(List<Example> examples) {
    List<Device> devices = device.djl();
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        DiffusionModel model =
            DiffusionModel.load(checkpoint, devices, Precision.FP32, WeightFormat.UNQUANTIZED)) {
      DoubleUnaryOperator alphaBar = Example.noise(model);
      double[] times = new double[count];
      double[] losses = new double[count];
      for (int i = 0; i < count; i++) {
        times[i] = (double) i / count;
        losses[i] = loss(model, examples, times[i], alphaBar.applyAsDouble(times[i]));
      }
      return new LossCurve(times, losses);
    }
  }

  /** The mean cross-entropy of all tokens of the answers, in nats. */
  private static double loss(
      DiffusionModel model, List<Example> examples, double time, double alphaBar) {
    int width = model.config().vocabularySize();
    double sum = 0;
    int tokens = 0;
    for (int i = 0; i < examples.size(); i++) {
      Example example = examples.get(i);
      float[] logits = example.predict(model, time, alphaBar, i);
      for (int row = 0; row < example.answer().length(); row++, tokens++) {
        int from = row * width;
        sum +=
            FormatComparison.logSum(logits, from, width) - logits[from + example.answer().get(row)];
      }
    }
    return Math.max(0, sum / tokens);
  }
}
