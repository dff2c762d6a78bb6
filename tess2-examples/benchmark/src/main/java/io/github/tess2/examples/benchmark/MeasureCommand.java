package io.github.tess2.examples.benchmark;

import static io.github.tess2.examples.benchmark.BenchmarkCommand.requireChosen;
import static io.github.tess2.examples.options.OptionChecks.check;
import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import com.google.gson.GsonBuilder;
import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.examples.options.DeviceConverter;
import io.github.tess2.runtime.engine.Devices;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Measures one setting in a separate process, so that the memory of that process is only the
 * setting's.
 */
@Command(
    name = "measure",
    description = "Measures denoising steps and prints one line of JSON. One setting a process.")
final class MeasureCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FOLDER", description = "A checkpoint, such as benchmark make writes.")
  private Path folder;

  @Option(
      names = "--precision",
      paramLabel = "FORMAT",
      defaultValue = "fp32",
      description = "fp32, fp16 or bf16. Default: ${DEFAULT-VALUE}.")
  private Precision precision;

  @Option(
      names = "--weights",
      paramLabel = "FORMAT",
      defaultValue = "unquantized",
      description = "unquantized, int8 or fp8. Default: ${DEFAULT-VALUE}.")
  private WeightFormat weights;

  @Mixin private MeasuredDevice device;

  @Option(
      names = "--reward-device",
      paramLabel = "DEVICE",
      converter = DeviceConverter.class,
      description = "The device of the reward model. Default: that of --device.")
  private @Nullable ComputeDevice rewardDevice;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads that compute. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "Requests at once. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--prompt",
      paramLabel = "N",
      defaultValue = "256",
      description = "Tokens of a prompt. Default: ${DEFAULT-VALUE}.")
  private int prompt;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "256",
      description = "Tokens generated. Default: ${DEFAULT-VALUE}.")
  private int length;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "5",
      description = "Denoising steps in a run. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "7",
      description =
          "Runs, after one that warms up; the figures are their medians. Default:"
              + " ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--reward",
      paramLabel = "FOLDER",
      description =
          "Guide every step by this reward model, such as benchmark make --reward writes.")
  private @Nullable Path reward;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  MeasureCommand() {}

  @Override
  public Integer call() throws IOException {
    check(spec, this::requireOptions);
    Workload workload = new Workload(batch, prompt, length, steps, runs);
    Measurement measurement =
        new Measuring(
                device.resolved(),
                rewardDevice == null ? device.resolved() : Devices.resolve(rewardDevice),
                precision,
                weights,
                threads)
            .measure(folder, reward, workload);
    PrintWriter out = spec.commandLine().getOut();
    out.println(new GsonBuilder().create().toJson(measurement));
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private void requireOptions() {
    requireChosen(precision);
    requireAtLeast("--threads", threads, 1);
    requireAtLeast("--batch", batch, 1);
    // The token that begins the sequence, and one letter.
    requireAtLeast("--prompt", prompt, 2);
    requireAtLeast("--length", length, 1);
    requireAtLeast("--steps", steps, 1);
    requireAtLeast("--runs", runs, 1);
  }
}
