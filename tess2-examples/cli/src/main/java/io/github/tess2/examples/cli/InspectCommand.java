package io.github.tess2.examples.cli;

import static io.github.tess2.examples.options.OptionChecks.check;
import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import com.google.gson.GsonBuilder;
import io.github.tess2.CheckpointException;
import io.github.tess2.CheckpointInfo;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Option(
      names = "--runtime",
      paramLabel = "NAME",
      description = "The runtime to use if several are installed.")
  private @Nullable String runtime;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  InspectCommand() {}

  @Override
  public Integer call() {
    check(spec, () -> requireAtLeast("--length", length, 1));
    CheckpointInfo checkpoint =
        runtime == null ? CheckpointInfo.read(folder) : CheckpointInfo.read(folder, runtime);
    Inspection inspection = Inspection.of(checkpoint, length);
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
    // Checked last, so that a checkpoint that lacks a weight is shown too.
    checkpoint
        .problem()
        .ifPresent(
            problem -> {
              throw new CheckpointException(problem);
            });
    return CommandLine.ExitCode.OK;
  }
}
