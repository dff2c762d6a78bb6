package io.github.tess2.examples.cli;

import com.google.gson.GsonBuilder;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a checkpoint contains. Reads headers only; loads no weights. */
@Command(
    name = "inspect",
    description =
        "Shows what a checkpoint contains and how much memory it needs, without loading its"
            + " weights.")
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FOLDER", description = "The checkpoint.")
  private Path folder;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "256",
      description =
          "Generated tokens to state a request's memory for. Default:" + " ${DEFAULT-VALUE}.")
  private int length;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** For picocli, which sets the fields before it calls. */
  @SuppressWarnings("NullAway.Init")
  InspectCommand() {}

  @Override
  public Integer call() {
    if (length < 1) {
      throw new ParameterException(
          spec.commandLine(), "--length must be at least 1, but is: " + length);
    }
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        CheckpointTokenizer tokenizer =
            CheckpointTokenizer.open(checkpoint.tokenizerFolder(), checkpoint.config())) {
      Inspection inspection = Inspection.of(checkpoint, tokenizer, length);
      PrintWriter out = spec.commandLine().getOut();
      out.print(
          json
              ? new GsonBuilder()
                      .setPrettyPrinting()
                      .disableHtmlEscaping()
                      .serializeNulls()
                      .create()
                      .toJson(inspection.json())
                  + System.lineSeparator()
              : inspection.text());
      out.flush();
      // Last, so that what there is has been told: a folder that lacks a tensor is still a find.
      requireWhole(checkpoint);
      return CommandLine.ExitCode.OK;
    }
  }

  private static void requireWhole(Checkpoint checkpoint) {
    switch (checkpoint.config().purpose()) {
      case DIFFUSION -> checkpoint.requireDiffusionModel();
      case CAUSAL -> checkpoint.requireCausalModel();
      case REWARD -> checkpoint.requireRewardModel();
    }
  }
}
