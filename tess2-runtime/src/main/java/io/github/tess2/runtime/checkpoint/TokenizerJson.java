package io.github.tess2.runtime.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.CheckpointException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** What a {@code tokenizer.json} says, as far as the library looks into it itself. */
final class TokenizerJson {
  private static final long MAX_BYTES = 256 << 20;
  private static final int MAX_ID = 1 << 24;

  /**
   * A token beside the model's own vocabulary, or one of it that is found before the model runs.
   *
   * @param id its id
   * @param content how it is spelled
   * @param special whether it is a control token
   */
  record AddedToken(int id, String content, boolean special) {}

  private final Path file;
  private final JsonObject sound;
  private final SortedMap<Integer, String> byId = new TreeMap<>();
  private final Map<String, Integer> byToken = new HashMap<>();
  private final List<AddedToken> added = new ArrayList<>();

  private TokenizerJson(Path file, JsonFields fields) {
    this.file = file;
    JsonFields model = fields.requiredObject("model");
    requireSupported(model);
    readVocabulary(model);
    readAdded(fields);
    this.sound = SoundTokenizer.of(fields);
  }

  /** Reads the file and checks all of it. */
  static TokenizerJson read(Path file) {
    return new TokenizerJson(
        file, new JsonFields(file.toString(), StrictJson.read(file, MAX_BYTES)));
  }

  Path file() {
    return file;
  }

  /** The file, as far as native code is given it. */
  JsonObject json() {
    return sound;
  }

  /** The tokens found before the model runs, in the file's order. */
  List<AddedToken> added() {
    return added;
  }

  /** One more than the highest id. */
  int size() {
    return byId.isEmpty() ? 0 : byId.lastKey() + 1;
  }

  /** The id of a token by its spelling, or -1. */
  int id(String token) {
    return byToken.getOrDefault(token, -1);
  }

  /** The spelling of a token by its id; empty where no token has it. */
  String token(int id) {
    return byId.getOrDefault(id, "");
  }

  /** A SHA-256, in hexadecimal, of which token has which id. */
  String fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byId.forEach(
          (id, token) -> {
            byte[] bytes = token.getBytes(UTF_8);
            // The length keeps two short tokens from looking like one long one.
            digest.update((id + " " + bytes.length + " ").getBytes(UTF_8));
            digest.update(bytes);
          });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The file's text for the native tokenizer: nothing is added, cut off or filled up. */
  String text() {
    return sound.toString();
  }

  /**
   * The same, with the special tokens spelled otherwise.
   *
   * @param spelling the new spelling by the old one; matched before normalisation
   */
  String respelled(UnaryOperator<String> spelling) {
    JsonObject copy = new JsonObject();
    sound.entrySet().forEach(entry -> copy.add(entry.getKey(), entry.getValue()));
    JsonArray tokens = sound.getAsJsonArray("added_tokens").deepCopy();
    for (JsonElement element : tokens) {
      JsonObject token = element.getAsJsonObject();
      if (token.get("special").getAsBoolean()) {
        token.addProperty("content", spelling.apply(token.get("content").getAsString()));
        token.addProperty("normalized", false);
      }
    }
    copy.add("added_tokens", tokens);
    return copy.toString();
  }

  // The native library ends the JVM over some models; what is let through here it builds or
  // refuses.
  private static void requireSupported(JsonFields model) {
    model.required("type");
    if (!model.text("type").equals(Optional.of("BPE"))) {
      throw model.wrong("type", "must be \"BPE\"");
    }
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.text(affix).orElse("").isEmpty()) {
        throw model.wrong(affix, "must be null or empty");
      }
    }
    if (model.number("dropout", 0) != 0) {
      throw model.wrong("dropout", "must be null or zero");
    }
  }

  private void readVocabulary(JsonFields model) {
    JsonFields ids = model.requiredObject("vocab");
    for (Map.Entry<String, JsonElement> entry : ids.json().entrySet()) {
      put((int) ids.whole(entry.getKey(), entry.getValue(), 0, MAX_ID), entry.getKey());
    }
  }

  private void readAdded(JsonFields fields) {
    if (!fields.isSet("added_tokens")) {
      return;
    }
    JsonElement tokens = fields.required("added_tokens");
    if (!tokens.isJsonArray()) {
      throw fields.wrong("added_tokens", "must be an array");
    }
    for (JsonElement element : tokens.getAsJsonArray()) {
      if (!element.isJsonObject()) {
        throw fields.wrong("added_tokens", "must hold objects");
      }
      JsonFields token = new JsonFields(file + ": added token", element.getAsJsonObject());
      String content = token.requiredText("content");
      int id = (int) token.whole("id", token.required("id"), 0, MAX_ID);
      put(id, content);
      added.add(new AddedToken(id, content, token.bool("special", false)));
    }
  }

  private void put(int id, String token) {
    byToken.put(token, id);
    String other = byId.putIfAbsent(id, token);
    if (other != null && !other.equals(token)) {
      throw new CheckpointException(
          file + ": token " + id + " must be one, but is: \"" + other + "\" and \"" + token + '"');
    }
  }
}
