package io.github.tess2.runtime.training;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.files.FileProblem;
import io.github.tess2.training.TrainingProgress;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code metrics.jsonl} in the run's folder: one line per step. */
final class Metrics implements AutoCloseable {
  private final Path file;
  private @Nullable Writer writer;

  Metrics(Path output) {
    this.file = output.resolve("metrics.jsonl");
  }

  /**
   * Removes the lines after a step, which the run writes again, and an incomplete last line that a
   * killed run has left.
   *
   * @throws Tess2Exception if the file cannot be read, or another line is not one that a run writes
   */
  void keepUpTo(int step) {
    if (!Files.exists(file)) {
      return;
    }
    try {
      List<String> kept = kept(Files.readAllLines(file), step);
      Path beside = file.resolveSibling(file.getFileName() + ".tmp");
      Files.write(beside, kept);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new Tess2Exception(
          "metrics cannot be read: " + file + " (" + FileProblem.of(e) + ")", e);
    }
  }

  private List<String> kept(List<String> lines, int step) {
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      boolean cutOff = i == lines.size() - 1 && !line.endsWith("}");
      if (!line.isBlank() && !cutOff && step(i + 1, line) <= step) {
        kept.add(line);
      }
    }
    return kept;
  }

  private int step(int number, String line) {
    try {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      if (json.has("step")) {
        return json.get("step").getAsInt();
      }
    } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
      throw wrong(number, line, e);
    }
    throw wrong(number, line, null);
  }

  private Tess2Exception wrong(int number, String line, @Nullable Exception cause) {
    return new Tess2Exception(
        String.format(
            Locale.ROOT,
            "%s, line %d: a line must be one JSON object with a step, but is: %s",
            file,
            number,
            line),
        cause);
  }

  void write(TrainingProgress progress) {
    JsonObject line = new JsonObject();
    line.addProperty("step", progress.step());
    line.addProperty("loss", progress.loss());
    progress.evaluationLoss().ifPresent(loss -> line.addProperty("evaluation_loss", loss));
    line.addProperty("learning_rate", progress.learningRate());
    line.addProperty("gradient_norm", progress.gradientNorm());
    line.addProperty("tokens_per_second", Math.round(progress.tokensPerSecond()));
    try {
      Writer out = writer;
      if (out == null) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        writer = out;
      }
      out.write(line + "\n");
      out.flush();
    } catch (IOException e) {
      throw new Tess2Exception(
          "metrics cannot be written: " + file + " (" + FileProblem.of(e) + ")", e);
    }
  }

  @Override
  public void close() {
    try {
      if (writer != null) {
        writer.close();
      }
    } catch (IOException e) {
      throw new Tess2Exception("metrics cannot be closed: " + file, e);
    }
  }
}
