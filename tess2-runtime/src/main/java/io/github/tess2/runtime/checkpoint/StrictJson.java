package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.files.FileProblem;
import io.github.tess2.runtime.files.JsonProblem;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads JSON as RFC 8259 defines it, and refuses duplicate fields. Gson's own tree builder keeps
 * the last of two fields with the same name, so a file could say two things about one tensor.
 */
public final class StrictJson {
  private StrictJson() {}

  /** Reads a file that must contain one JSON object. */
  static JsonObject read(Path file, long maxBytes) {
    byte[] bytes = bytes(file, maxBytes);
    WrongContent.requireText(file.toString(), bytes);
    return object(file.toString(), utf8(file.toString(), bytes));
  }

  /**
   * Reads a file's bytes; a missing, unreadable or too large file is a {@link CheckpointException}.
   */
  static byte[] bytes(Path file, long maxBytes) {
    requireFile(file);
    try {
      long size = Files.size(file);
      if (size > maxBytes) {
        throw new CheckpointException(
            file + ": must have at most " + maxBytes + " bytes, but has: " + size);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + FileProblem.of(e), e);
    }
  }

  static void requireFile(Path file) {
    FileProblem.ofFile(file)
        .ifPresent(
            problem -> {
              throw new CheckpointException(file + ": " + problem);
            });
  }

  /** Whether a file exists; no access to its folder is an error. */
  static boolean exists(Path file) {
    try {
      return FileProblem.exists(file);
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + FileProblem.of(e), e);
    }
  }

  /** Decodes UTF-8; other bytes are an error. */
  public static String utf8(String source, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(source + ": must be UTF-8 text, but is not", e);
    }
  }

  /** Parses text that must be one JSON object and nothing after it. */
  public static JsonObject object(String source, String text) {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      JsonElement value = value(reader, source);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new CheckpointException(
            source + ": must contain one JSON value, but continues after it");
      }
      if (!value.isJsonObject()) {
        throw new CheckpointException(
            source + ": must hold a JSON object, but holds: " + JsonFields.shown(value));
      }
      return value.getAsJsonObject();
    } catch (IOException | NumberFormatException e) {
      throw new CheckpointException(
          source + ": must be well-formed JSON, but is not: " + JsonProblem.of(e, text), e);
    }
  }

  // Recursion is bounded: the reader refuses more than 255 nested arrays or objects.
  private static JsonElement value(JsonReader reader, String source) throws IOException {
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> members(reader, source);
      case BEGIN_ARRAY -> items(reader, source);
      case STRING -> new JsonPrimitive(wellFormed(reader.nextString(), reader, source));
      // Exact, because a length of 2^53 + 1 must not become 2^53.
      case NUMBER -> new JsonPrimitive(new BigDecimal(reader.nextString()));
      case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
      case NULL -> {
        reader.nextNull();
        yield JsonNull.INSTANCE;
      }
      default -> throw new IllegalStateException("not the beginning of a value: " + reader.peek());
    };
  }

  // UTF-8 cannot encode half a pair, so two different texts would become the same bytes.
  private static String wellFormed(String text, JsonReader reader, String source) {
    if (Utf16.loneSurrogate(text) >= 0) {
      throw new CheckpointException(
          source + ": " + reader.getPath() + " must not have half a surrogate pair, but has one");
    }
    return text;
  }

  private static JsonObject members(JsonReader reader, String source) throws IOException {
    JsonObject object = new JsonObject();
    reader.beginObject();
    while (reader.hasNext()) {
      String name = wellFormed(reader.nextName(), reader, source);
      if (object.has(name)) {
        throw new CheckpointException(
            source + ": " + reader.getPath() + " must occur once, but occurs twice");
      }
      object.add(name, value(reader, source));
    }
    reader.endObject();
    return object;
  }

  private static JsonArray items(JsonReader reader, String source) throws IOException {
    JsonArray array = new JsonArray();
    reader.beginArray();
    while (reader.hasNext()) {
      array.add(value(reader, source));
    }
    reader.endArray();
    return array;
  }
}
