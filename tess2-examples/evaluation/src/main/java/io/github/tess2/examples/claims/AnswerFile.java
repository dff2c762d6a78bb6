package io.github.tess2.examples.claims;

import com.google.common.collect.ImmutableList;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.tess2.Tess2Exception;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Keeps all answers in a file that grows by whole batches and outlives the process. Questions
 * answered in it are not asked again. A second file has the settings that all answers share.
 */
public final class AnswerFile implements AutoCloseable {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private final List<GuidedAnswer> answers;
  private final Set<Key> known = new HashSet<>();
  private final BufferedWriter out;

  private record Key(Setting setting, long seed, String id) {
    static Key of(GuidedAnswer answer) {
      return new Key(answer.setting(), answer.seed(), answer.id());
    }
  }

  private AnswerFile(List<GuidedAnswer> answers, BufferedWriter out) {
    this.answers = answers;
    this.out = out;
    answers.forEach(answer -> known.add(Key.of(answer)));
  }

  /**
   * Opens the answers of a folder, which is created if it is missing.
   *
   * @param folder the folder with {@code answers.jsonl} and {@code settings.json}
   * @param settings the settings that all answers share
   * @throws Tess2Exception if the folder's answers have other settings, or a file is damaged
   * @throws IOException if a file cannot be read or written
   */
  public static AnswerFile open(Path folder, JsonObject settings) throws IOException {
    Files.createDirectories(folder);
    Path shared = folder.resolve("settings.json");
    if (Files.exists(shared)) {
      requireSame(shared, read(shared, Files.readString(shared)), settings);
    }
    Path file = folder.resolve("answers.jsonl");
    List<GuidedAnswer> answers = Files.exists(file) ? read(file) : new ArrayList<>();
    Files.writeString(shared, GSON.toJson(settings) + "\n");
    // The file is rewritten, because a killed process may have left half a line.
    Path beside = folder.resolve("answers.jsonl.part");
    try (BufferedWriter whole = Files.newBufferedWriter(beside)) {
      for (GuidedAnswer answer : answers) {
        whole.write(GSON.toJson(answer) + "\n");
      }
    }
    Files.move(
        beside,
        file,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    return new AnswerFile(
        answers, Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND));
  }

  private static JsonElement read(Path file, String text) {
    try {
      return JsonParser.parseString(text);
    } catch (JsonParseException e) {
      throw new Tess2Exception(
          file
              + ": must be the settings of the answers in its folder, but is not JSON ("
              + e.getMessage()
              + "); choose another folder",
          e);
    }
  }

  private static void requireSame(Path file, JsonElement before, JsonObject settings) {
    if (!before.equals(settings)) {
      throw new Tess2Exception(
          file.getParent()
              + ": must hold answers of the same settings, but holds those of "
              + before
              + ", not "
              + settings
              + "; choose another folder");
    }
  }

  private static List<GuidedAnswer> read(Path file) throws IOException {
    List<GuidedAnswer> answers = new ArrayList<>();
    String text = Files.readString(file);
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      boolean whole = i < lines.size() - 1 || text.endsWith("\n");
      if (whole) {
        try {
          answers.add(GSON.fromJson(lines.get(i), GuidedAnswer.class));
        } catch (JsonParseException e) {
          throw new Tess2Exception(
              String.format(
                  Locale.ROOT, "%s:%d: must be an answer, but is: %s", file, i + 1, lines.get(i)),
              e);
        }
      }
    }
    return answers;
  }

  /** Whether a question has been answered. */
  boolean has(Setting setting, long seed, String id) {
    return known.contains(new Key(setting, seed, id));
  }

  /** Adds a batch. It is on disk when this method returns. */
  void add(List<GuidedAnswer> batch) throws IOException {
    for (GuidedAnswer answer : batch) {
      out.write(GSON.toJson(answer) + "\n");
      known.add(Key.of(answer));
      answers.add(answer);
    }
    out.flush();
  }

  /** Returns all answers in the order in which they were generated. */
  public ImmutableList<GuidedAnswer> answers() {
    return ImmutableList.copyOf(answers);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
