package io.github.tess2.runtime.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.CheckpointException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The content of a {@code tokenizer.json}, as far as this library itself uses it. */
final class TokenizerJson {
  private static final long MAX_BYTES = 256 << 20;
  private static final int MAX_ID = 1 << 24;

  /**
   * A token outside the model's own vocabulary, or one inside it that is found before the model
   * runs.
   *
   * @param id its id
   * @param content how it is spelled
   * @param special whether the file calls it a control token
   * @param json its object in the file
   */
  record AddedToken(int id, String content, boolean special, JsonObject json) {}

  /** How a text is split into pieces of the vocabulary. */
  enum Model {
    BPE("BPE"),
    UNIGRAM("Unigram");

    private final String jsonName;

    Model(String jsonName) {
      this.jsonName = jsonName;
    }
  }

  private final Path file;
  private final JsonObject sound;
  private final Model model;
  private final SortedMap<Integer, String> vocabulary = new TreeMap<>();
  private final SortedMap<Integer, String> byId = new TreeMap<>();
  private final Map<String, Integer> byToken = new HashMap<>();
  private final List<AddedToken> added = new ArrayList<>();

  private TokenizerJson(Path file, JsonFields fields) {
    this.file = file;
    JsonFields described = fields.requiredObject("model");
    this.model = supported(described);
    described.json().addProperty("type", model.jsonName);
    readVocabulary(described);
    readAdded(fields);
    this.sound = SoundTokenizer.of(fields);
  }

  /** Reads the file and checks all of it. */
  static TokenizerJson read(Path file) {
    return of(file, StrictJson.read(file, MAX_BYTES));
  }

  /** Checks the content of a file, which need not exist; its name is for messages. */
  static TokenizerJson of(Path file, JsonObject json) {
    return new TokenizerJson(file, new JsonFields(file.toString(), json));
  }

  Model model() {
    return model;
  }

  /** The model's own tokens by their ids. */
  SortedMap<Integer, String> vocabulary() {
    return vocabulary;
  }

  Path file() {
    return file;
  }

  /** The checked part of the file, which native code gets. */
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

  /** The spelling of a token by its id; empty if no token has the id. */
  String token(int id) {
    return byId.getOrDefault(id, "");
  }

  /** A SHA-256, in hexadecimal, of all tokens and their ids. */
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

  // Some models make the native library end the JVM. It builds or refuses all that pass here.
  private static Model supported(JsonFields model) {
    Model type = type(model);
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.text(affix).orElse("").isEmpty()) {
        throw model.wrong(affix, "must be null or empty");
      }
    }
    if (model.number("dropout", 0) != 0) {
      throw model.wrong("dropout", "must be null or zero");
    }
    return type;
  }

  private static Model type(JsonFields model) {
    if (!model.has("type")) {
      return typeByFields(model);
    }
    String type = model.text("type").orElse("");
    return Arrays.stream(Model.values())
        .filter(known -> known.jsonName.equals(type))
        .findAny()
        .orElseThrow(() -> model.wrong("type", "must be \"BPE\" or \"Unigram\""));
  }

  /**
   * Files of the first years do not name the type. The native library then infers it from the
   * fields.
   */
  private static Model typeByFields(JsonFields model) {
    boolean pairs = model.isSet("vocab") && model.required("vocab").isJsonArray();
    if (!pairs && !model.has("merges")) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: %stype must be present, or merges (BPE), or a vocab of pairs (Unigram), but none is",
              model.source(),
              model.prefix()));
    }
    return pairs ? Model.UNIGRAM : Model.BPE;
  }

  private void readVocabulary(JsonFields model) {
    if (this.model == Model.UNIGRAM) {
      readPieces(model, model.required("vocab"));
      return;
    }
    JsonFields ids = model.requiredObject("vocab");
    for (Map.Entry<String, JsonElement> entry : ids.json().entrySet()) {
      int id = (int) ids.whole(entry.getKey(), entry.getValue(), 0, MAX_ID);
      put(id, entry.getKey());
      vocabulary.put(id, entry.getKey());
    }
  }

  private void readPieces(JsonFields model, JsonElement vocab) {
    if (!vocab.isJsonArray()) {
      throw model.wrong("vocab", "must be an array of pairs");
    }
    for (JsonElement item : vocab.getAsJsonArray()) {
      if (!isPair(item)) {
        throw model.wrong("vocab", "must hold pairs of a piece and its score", item);
      }
      String piece = item.getAsJsonArray().get(0).getAsString();
      put(vocabulary.size(), piece);
      vocabulary.put(vocabulary.size(), piece);
    }
  }

  private static boolean isPair(JsonElement item) {
    if (!item.isJsonArray() || item.getAsJsonArray().size() != 2) {
      return false;
    }
    JsonElement piece = item.getAsJsonArray().get(0);
    JsonElement score = item.getAsJsonArray().get(1);
    return piece.isJsonPrimitive()
        && piece.getAsJsonPrimitive().isString()
        && score.isJsonPrimitive()
        && score.getAsJsonPrimitive().isNumber()
        && Double.isFinite(score.getAsDouble());
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
      boolean isSpecial = token.bool("special", false);
      // The native library skips a token without a spelling, and uses the vocabulary's id if a
      // spelling has another one there.
      if (!content.isEmpty()) {
        if (!byToken.containsKey(content)) {
          put(id, content);
        }
        added.add(new AddedToken(id(content), content, isSpecial, element.getAsJsonObject()));
      }
    }
  }

  private void put(int id, String token) {
    byToken.put(token, id);
    String other = byId.putIfAbsent(id, token);
    if (other != null && !other.equals(token)) {
      throw new CheckpointException(
          file
              + ": token "
              + id
              + " must be unique, but is: \""
              + other
              + "\" and \""
              + token
              + '"');
    }
  }
}
