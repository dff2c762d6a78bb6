package io.github.tess2.examples.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.tess2.Tess2Exception;
import io.github.tess2.examples.evaluation.Answer;
import io.github.tess2.runtime.files.FileProblem;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes every answer of an evaluation to a file, one JSON object per line. */
final class AnswerLog implements AutoCloseable {
  private static final Gson LINES = new GsonBuilder().disableHtmlEscaping().create();

  private final Path file;
  private final BufferedWriter out;

  private AnswerLog(Path file, BufferedWriter out) {
    this.file = file;
    this.out = out;
  }

  /**
   * Creates a file, replacing any existing one.
   *
   * @throws Tess2Exception if it cannot be written
   */
  static AnswerLog open(Path file) {
    try {
      return new AnswerLog(file, Files.newBufferedWriter(file));
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /**
   * Adds answers.
   *
   * @throws Tess2Exception if they cannot be written
   */
  void add(List<Answer> answers) {
    try {
      for (Answer answer : answers) {
        out.write(LINES.toJson(answer));
        out.newLine();
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /**
   * Writes the remaining answers and closes the file.
   *
   * @throws Tess2Exception if it cannot be written
   */
  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static Tess2Exception failure(Path file, IOException e) {
    return new Tess2Exception(
        "the answers cannot be written: " + file + " (" + FileProblem.of(e) + ")", e);
  }
}
