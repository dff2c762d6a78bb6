package io.github.tess2.examples.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws loss curves. */
@Command(
    name = "curves",
    description = "Draws the loss of training runs, one or several in one picture.")
final class CurvesCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "The metrics.jsonl of each run, finished or not.")
  private List<Path> metrics;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "loss.svg",
      description = "The plot to write, as SVG. Default: ${DEFAULT-VALUE}.")
  private Path output;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  CurvesCommand() {}

  @Override
  public Integer call() {
    LossCurves.draw(metrics, output);
    return CommandLine.ExitCode.OK;
  }
}
