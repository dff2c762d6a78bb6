package io.github.tess2.examples.benchmark;

import io.github.tess2.runtime.checkpoint.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a checkpoint of random weights. */
@Command(name = "make", description = "Writes a checkpoint of random weights in bf16.")
final class MakeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FOLDER", description = "The folder to write; created if missing.")
  private Path folder;

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      defaultValue = "benchmark",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Shape shape;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The same seed gives the same weights. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--reward", description = "Make a reward model instead of a diffusion model.")
  private boolean reward;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  MakeCommand() {}

  @Override
  public Integer call() throws IOException {
    ModelConfig.Purpose purpose =
        reward ? ModelConfig.Purpose.REWARD : ModelConfig.Purpose.DIFFUSION;
    RandomCheckpoint.write(folder, shape.config(purpose), seed);
    return CommandLine.ExitCode.OK;
  }
}
