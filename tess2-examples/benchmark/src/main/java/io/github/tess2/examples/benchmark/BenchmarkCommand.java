package io.github.tess2.examples.benchmark;

import io.github.tess2.Precision;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the time and memory of denoising steps, and the speed of training. */
@Command(
    name = "benchmark",
    description = "Measures denoising steps, and training, on random weights.",
    subcommands = {
      MakeCommand.class,
      MeasureCommand.class,
      TrainMeasureCommand.class,
      TableCommand.class,
      CheckCommand.class,
      FormatsCommand.class,
      CachesCommand.class,
      CallersCommand.class,
      GridCommand.class
    })
public final class BenchmarkCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  public BenchmarkCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing: " + spec.subcommands().keySet());
  }

  /** The median: the middle number, or the mean of the middle two if the count is even. */
  static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    sorted.sort(null);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /**
   * Checks a precision.
   *
   * @throws IllegalArgumentException if it is AUTO, because a measurement must say what it measured
   */
  static void requireChosen(Precision precision) {
    if (precision == Precision.AUTO) {
      throw new IllegalArgumentException("--precision must be fp32, fp16 or bf16, but is: auto");
    }
  }
}
