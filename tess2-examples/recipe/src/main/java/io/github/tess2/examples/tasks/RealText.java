package io.github.tess2.examples.tasks;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSyntaxException;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.files.FileProblem;
import io.github.tess2.runtime.files.JsonProblem;
import io.github.tess2.runtime.files.Utf8Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the questions of a GSM8K file: JSON Lines with a string {@code question} in each. */
public final class RealText {
  private RealText() {}

  /**
   * Returns the questions in the file's order, trimmed.
   *
   * @throws Tess2Exception if the file cannot be read, has no question, or has a line without one;
   *     the message names file and line
   */
  public static List<String> questions(Path file) {
    FileProblem.ofFile(file)
        .ifPresent(
            problem -> {
              throw new Tess2Exception("real text " + problem + ": " + file);
            });
    List<String> lines;
    try {
      lines = Utf8Text.lines(file);
    } catch (Utf8Text.NotUtf8Exception e) {
      throw new Tess2Exception(
          "real text must be UTF-8 text, but " + e.getMessage() + ": " + file, e);
    } catch (IOException e) {
      throw new Tess2Exception("real text " + FileProblem.cannotBeRead(e) + ": " + file, e);
    }
    List<String> questions = new ArrayList<>(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      questions.add(question(file, i + 1, lines.get(i)));
    }
    if (questions.isEmpty()) {
      throw new Tess2Exception("real text must contain a question, but is empty: " + file);
    }
    return List.copyOf(questions);
  }

  private static String question(Path file, int number, String line) {
    try {
      JsonElement parsed = JsonParser.parseString(line);
      if (parsed.isJsonObject()
          && parsed.getAsJsonObject().get("question") instanceof JsonPrimitive question
          && !question.getAsString().isBlank()) {
        return question.getAsString().strip();
      }
    } catch (JsonSyntaxException e) {
      throw new Tess2Exception(
          file + ":" + number + ": a line must be JSON, but is not: " + JsonProblem.ofLine(e, line),
          e);
    }
    throw new Tess2Exception(
        file + ":" + number + ": a line must have a \"question\", but is: " + line);
  }
}
