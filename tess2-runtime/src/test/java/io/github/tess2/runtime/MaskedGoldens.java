package io.github.tess2.runtime;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.runtime.checkpoint.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** Reads the goldens in {@code masked/}, which {@code make_masked_goldens.py} made. */
public final class MaskedGoldens {
  private static final Path FOLDER = Path.of("src/test/resources/masked");
  private static final Gson GSON = new Gson();
  private static final JsonObject ALL = read();

  /** The checkpoints. */
  public static final List<String> CHECKPOINTS =
      List.of("llada", "llada-tied", "dream", "dream-tied");

  private MaskedGoldens() {}

  private static JsonObject read() {
    try {
      return JsonParser.parseString(Files.readString(FOLDER.resolve("goldens.json")))
          .getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder of a checkpoint. */
  public static Path checkpoint(String name) {
    return FOLDER.resolve(name);
  }

  /** The error allowed, relative to the largest value. */
  public static double tolerance() {
    return ALL.get("tolerance_relative").getAsDouble();
  }

  /** The ids of a checkpoint's forward pass. */
  public static int[] forwardIds(String checkpoint) {
    JsonElement ids = ALL.getAsJsonObject("forward").getAsJsonObject(checkpoint).get("ids");
    return GSON.fromJson(ids, int[].class);
  }

  /** Its logits, shifted as the family requires. */
  public static float[] forwardLogits(String checkpoint) {
    try (SafetensorsFile file = SafetensorsFile.open(FOLDER.resolve("logits.safetensors"))) {
      return file.floats(checkpoint);
    }
  }

  /** A chat as {@code apply_chat_template} writes it. */
  public record Chat(List<Message> messages, String text, List<Integer> ids) {
    @Override
    public String toString() {
      return text;
    }
  }

  /** A message of a chat. */
  public record Message(String role, String content) {}

  /** A text and its ids. */
  public record Text(String text, List<Integer> ids) {
    @Override
    public String toString() {
      return text;
    }
  }

  /** The chats of a checkpoint. */
  public static List<Chat> chats(String checkpoint) {
    return list(ALL.getAsJsonObject("chats").get(checkpoint), Chat.class);
  }

  /** The texts of a checkpoint. */
  public static List<Text> texts(String checkpoint) {
    return list(ALL.getAsJsonObject("texts").get(checkpoint), Text.class);
  }

  /** A sampling run. */
  public record Run(
      String checkpoint,
      String method,
      JsonObject settings,
      double cfg_scale,
      long seed,
      List<Integer> ids,
      List<Integer> positions,
      List<List<Integer>> states,
      int passes,
      int refresh_every) {
    @Override
    public String toString() {
      return checkpoint
          + " "
          + method
          + " "
          + settings
          + " "
          + cfg_scale
          + " "
          + positions.size()
          + " "
          + refresh_every;
    }

    /** Whether a setting is given and not null. */
    public boolean has(String setting) {
      return settings.has(setting) && !settings.get(setting).isJsonNull();
    }
  }

  /** How many positions Dream's loop commits at each step. */
  public record Counts(int generated, int steps, double eps, List<Integer> counts) {}

  /** Dream's schedules. */
  public static List<Counts> dreamCounts() {
    return list(ALL.get("dream_counts"), Counts.class);
  }

  /** All runs. */
  public static List<Run> runs() {
    return list(ALL.get("runs"), Run.class);
  }

  private static <T> List<T> list(JsonElement array, Class<T> type) {
    return StreamSupport.stream(array.getAsJsonArray().spliterator(), false)
        .map(one -> GSON.fromJson(one, type))
        .toList();
  }
}
