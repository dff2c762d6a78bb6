package io.github.tess2.examples.benchmark;

import static io.github.tess2.examples.benchmark.BenchmarkCommand.requireChosen;
import static io.github.tess2.examples.options.OptionChecks.check;

import com.google.gson.Gson;
import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import io.github.tess2.examples.options.DeviceConverter;
import io.github.tess2.runtime.engine.Devices;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares a GPU with the CPU: checks that logits agree and that all memory is freed. */
@Command(
    name = "check",
    description =
        "Computes the same logits on the CPU and on a device, generates on the device, and checks"
            + " that its memory is freed. Exits with 1 if something differs.")
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FOLDER", description = "A checkpoint, such as benchmark make writes.")
  private Path folder;

  @Option(
      names = "--precision",
      paramLabel = "FORMAT",
      defaultValue = "bf16",
      description = "fp32, fp16 or bf16, on both sides. Default: ${DEFAULT-VALUE}.")
  private Precision precision;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      converter = DeviceConverter.class,
      defaultValue = "cuda",
      description =
          "cuda, cuda:N or, for layers on several GPUs, cuda:N+M. With cpu, the CPU is compared with"
              + " itself, to try the check without a GPU. Default: ${DEFAULT-VALUE}.")
  private ComputeDevice device;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  CheckCommand() {}

  @Override
  public Integer call() {
    check(spec, () -> requireChosen(precision));
    DeviceCheck.Report report = new DeviceCheck(folder, Devices.resolve(device), precision).run();
    PrintWriter out = spec.commandLine().getOut();
    out.println(new Gson().toJson(report));
    out.flush();
    report.requireGood();
    return CommandLine.ExitCode.OK;
  }
}
