package io.github.tess2.examples.tasks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.files.FileProblem;
import io.github.tess2.runtime.files.Utf8Text;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads and writes the sets as JSON Lines. A file appears whole or not at all: it is written under
 * a temporary name and then moved into place.
 */
public final class TaskFiles {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private TaskFiles() {}

  /** {@code {"messages": [user, assistant], "task": ..., "id": ..., "key": ...}}. */
  static JsonObject toJson(TaskItem item) {
    JsonObject json = new JsonObject();
    json.add("messages", messages(item.prompt(), item.answer()));
    json.addProperty("task", item.family().id());
    json.addProperty("id", item.id());
    json.addProperty("key", item.key());
    return json;
  }

  /**
   * {@code {"id": ..., "kind": ..., "key": ..., "before": ..., "blank": ..., "tokens": ...,
   * "after": ...}}.
   *
   * @param tokens tokens of the blank
   */
  static JsonObject toJson(InfillItem item, int tokens) {
    JsonObject json = new JsonObject();
    json.addProperty("id", item.id());
    json.addProperty("kind", item.kind());
    json.addProperty("key", item.key());
    json.addProperty("before", item.before());
    json.addProperty("blank", item.blank());
    json.addProperty("tokens", tokens);
    json.addProperty("after", item.after());
    return json;
  }

  /**
   * {@code {"chosen": [messages], "rejected": [messages], "task": ..., "id": ..., "flaw": ...}}.
   */
  static JsonObject toJson(PreferencePair pair) {
    JsonObject json = new JsonObject();
    json.add("chosen", messages(pair.item().prompt(), pair.chosen()));
    json.add("rejected", messages(pair.item().prompt(), pair.rejected()));
    json.addProperty("task", pair.item().family().id());
    json.addProperty("id", pair.item().id());
    json.addProperty("flaw", pair.flaw().id());
    return json;
  }

  /** {@code {"text": ...}}. */
  static JsonObject toJson(String text) {
    JsonObject json = new JsonObject();
    json.addProperty("text", text);
    return json;
  }

  private static JsonArray messages(String prompt, String answer) {
    JsonArray messages = new JsonArray();
    messages.add(message("user", prompt));
    messages.add(message("assistant", answer));
    return messages;
  }

  private static JsonObject message(String role, String content) {
    JsonObject message = new JsonObject();
    message.addProperty("role", role);
    message.addProperty("content", content);
    return message;
  }

  /**
   * Writes one line for each object. Takes each object from the stream only when its line is
   * written.
   *
   * @throws IOException if the file cannot be written; no file is left then
   */
  static void write(Path file, Stream<JsonObject> lines) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (BufferedWriter out = Files.newBufferedWriter(beside, StandardCharsets.UTF_8)) {
        for (JsonObject line : (Iterable<JsonObject>) lines::iterator) {
          out.write(GSON.toJson(line));
          out.write('\n');
        }
      }
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /**
   * Writes a whole text atomically.
   *
   * @throws IOException if the file cannot be written; an existing file is then kept
   */
  public static void replace(Path file, String text) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(beside, text);
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /**
   * Reads the items of a file.
   *
   * @throws Tess2Exception if it cannot be read or a line is not an item; the message names file
   *     and line
   */
  public static List<TaskItem> readItems(Path file) {
    return read(
        file,
        json -> {
          JsonArray messages = json.getAsJsonArray("messages");
          return new TaskItem(
              string(json, "id"),
              Family.of(string(json, "task")),
              string(json, "key"),
              string(messages.get(0).getAsJsonObject(), "content"),
              string(messages.get(1).getAsJsonObject(), "content"));
        });
  }

  /**
   * Reads the texts with a blank of a file.
   *
   * @throws Tess2Exception if it cannot be read or a line is not such a text; the message names
   *     file and line
   */
  public static List<InfillItem> readInfill(Path file) {
    return read(
        file,
        json ->
            new InfillItem(
                string(json, "id"),
                string(json, "kind"),
                string(json, "key"),
                string(json, "before"),
                string(json, "blank"),
                string(json, "after")));
  }

  private static <T> List<T> read(Path file, Function<JsonObject, T> parse) {
    List<String> lines;
    try {
      lines = Utf8Text.lines(file);
    } catch (Utf8Text.NotUtf8Exception e) {
      throw new Tess2Exception("file must be UTF-8 text, but " + e.getMessage() + ": " + file, e);
    } catch (IOException e) {
      throw new Tess2Exception("file " + FileProblem.cannotBeRead(e) + ": " + file, e);
    }
    List<T> items = new ArrayList<>(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      try {
        items.add(parse.apply(JsonParser.parseString(lines.get(i)).getAsJsonObject()));
      } catch (JsonParseException
          | IllegalArgumentException
          | IllegalStateException
          | ClassCastException
          | NullPointerException
          | IndexOutOfBoundsException e) {
        throw new Tess2Exception(
            file + ":" + (i + 1) + ": a line must be an item, but is: " + lines.get(i), e);
      }
    }
    return items;
  }

  private static String string(JsonObject json, String name) {
    JsonElement value = json.get(name);
    if (value == null || !value.isJsonPrimitive()) {
      throw new JsonParseException(name + " must be a string, but is: " + value);
    }
    return value.getAsString();
  }
}
