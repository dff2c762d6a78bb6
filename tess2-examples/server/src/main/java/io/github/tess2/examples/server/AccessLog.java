package io.github.tess2.examples.server;

import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes one log line for each request. It contains no text of prompts or answers. */
final class AccessLog {
  private static final int MOST_PATH = 200;

  private final Consumer<String> lines;

  /**
   * @param lines receives each line, without its line break; several threads may call it at once
   */
  AccessLog(Consumer<String> lines) {
    this.lines = lines;
  }

  /** The fields of a line that is not written yet. */
  static final class Entry {
    private final JsonObject json = new JsonObject();
    private @Nullable String error;

    /** Adds a field. */
    void put(String name, Number value) {
      json.addProperty(name, value);
    }

    /** Adds a field. */
    void put(String name, String value) {
      json.addProperty(name, value);
    }

    /** Adds a field. */
    void put(String name, boolean value) {
      json.addProperty(name, value);
    }

    /** Sets what failed, in a word. */
    void fail(String kind) {
      error = kind;
    }

    /** What failed, in a word; empty if nothing did. */
    @Nullable String error() {
      return error;
    }
  }

  /** Writes a line. */
  void write(
      Entry entry,
      String id,
      String remote,
      String method,
      String path,
      int status,
      double millis) {
    JsonObject line = new JsonObject();
    line.addProperty("time", Instant.now().toString());
    line.addProperty("id", id);
    line.addProperty("remote", remote);
    line.addProperty("method", method);
    line.addProperty("path", path.length() > MOST_PATH ? path.substring(0, MOST_PATH) : path);
    line.addProperty("status", status);
    line.addProperty("duration_ms", Math.round(millis * 10) / 10.0);
    entry.json.entrySet().forEach(field -> line.add(field.getKey(), field.getValue()));
    if (entry.error != null) {
      line.addProperty("error", entry.error);
    }
    lines.accept(Json.text(line));
  }
}
