package io.github.tess2.examples.benchmark;

import static io.github.tess2.examples.options.OptionChecks.check;
import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import io.github.tess2.DeviceException;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares what a model predicts in each number format. */
@Command(
    name = "formats",
    description =
        "Compares the predictions of a model in every precision and weight format with those in"
            + " float32, on noisy answers at five noise levels: the mean divergence of the"
            + " probabilities (KL, in nats) and the share of positions whose likeliest token"
            + " changes.")
final class FormatsCommand implements Callable<Integer> {
  private static final List<Precision> PRECISIONS = List.of(Precision.FP32, Precision.BF16);

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FOLDER", description = "A checkpoint.")
  private Path folder;

  @Option(
      names = "--tasks",
      paramLabel = "FILE",
      required = true,
      description = "Prompts and answers as tess2 data writes them, such as held-out.jsonl.")
  private Path tasks;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "Use the first N. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Mixin private MeasuredDevice device;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  FormatsCommand() {}

  @Override
  public Integer call() throws IOException {
    check(spec, () -> requireAtLeast("--limit", limit, 1));
    FormatComparison comparison =
        new FormatComparison(folder, device.djl(), Example.read(tasks, folder, limit));
    PrintWriter out = spec.commandLine().getOut();
    FormatComparison.Predictions reference = comparison.reference();
    out.println("| weights | computed in | MiB of weights | KL | changed argmax |");
    out.println("| --- | --- | ---: | ---: | ---: |");
    out.printf(Locale.ROOT, "| unquantized | fp32 | %d |  |  |%n", reference.weightBytes() >> 20);
    for (WeightFormat weights : WeightFormat.values()) {
      for (Precision precision : PRECISIONS) {
        if (weights != WeightFormat.UNQUANTIZED || precision != Precision.FP32) {
          print(out, comparison, reference, precision, weights);
        }
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private static void print(
      PrintWriter out,
      FormatComparison comparison,
      FormatComparison.Predictions reference,
      Precision precision,
      WeightFormat weights) {
    String names =
        String.format(
            Locale.ROOT,
            "| %s | %s |",
            weights.name().toLowerCase(Locale.ROOT),
            precision.name().toLowerCase(Locale.ROOT));
    try {
      FormatComparison.Result result = comparison.compare(reference, precision, weights);
      out.printf(
          Locale.ROOT,
          "%s %d | %.2g | %.2f %% |%n",
          names,
          result.weightBytes() >> 20,
          result.meanKl(),
          100 * result.changedArgmax());
    } catch (DeviceException e) {
      out.printf("%s refused: %s |  |  |%n", names, e.getMessage());
    }
    out.flush();
  }
}
