package io.github.tess2.examples.benchmark;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.files.FileProblem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints measurements as a table in Markdown. */
@Command(name = "table", description = "Prints measurements, a line of JSON each, as a table.")
final class TableCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "Files of JSON lines that benchmark commands printed.")
  private List<Path> files;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  TableCommand() {}

  @Override
  public Integer call() throws IOException {
    List<Measurement> measurements = new ArrayList<>();
    for (Path file : files) {
      read(file, measurements);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(MeasurementTable.markdown(measurements));
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private static void read(Path file, List<Measurement> measurements) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new IOException("a file of measurements must exist, but does not: " + file, e);
    } catch (IOException e) {
      throw new IOException(
          "a file of measurements " + FileProblem.cannotBeRead(e) + ": " + file, e);
    }
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        measurements.add(parse(file, i + 1, lines.get(i)));
      }
    }
  }

  private static Measurement parse(Path file, int number, String line) {
    @Nullable Measurement measurement = null;
    @Nullable JsonSyntaxException malformed = null;
    try {
      measurement = new Gson().fromJson(line, Measurement.class);
    } catch (JsonSyntaxException e) {
      malformed = e;
    }
    if (measurement == null || measurement.pipeline() == null || measurement.precision() == null) {
      throw new Tess2Exception(
          file + ":" + number + ": must be a measurement, but is: " + line, malformed);
    }
    return measurement;
  }
}
