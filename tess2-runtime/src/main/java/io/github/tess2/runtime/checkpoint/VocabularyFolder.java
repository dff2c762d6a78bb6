package io.github.tess2.runtime.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.github.tess2.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Converts a folder's {@code vocab.json} and {@code merges.txt}, as Python's slow byte-level
 * tokenizers save them, to the form of a {@code tokenizer.json}. How such a tokenizer splits a text
 * before merging is defined by its class, not by a file. Qwen2's is supported, which is also
 * Dream's.
 */
final class VocabularyFolder {
  static final String VOCABULARY = "vocab.json";

  private static final String MERGES = "merges.txt";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String DECODER = "added_tokens_decoder";
  private static final long MAX_BYTES = 64 << 20;
  private static final int MAX_ID = 1 << 24;
  private static final Set<String> QWEN2 =
      Set.of("Qwen2Tokenizer", "Qwen2TokenizerFast", "DreamTokenizer");

  /** Contractions, words, single digits, other characters, line ends, spaces. */
  private static final String QWEN2_PIECES =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
          + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private VocabularyFolder() {}

  /** Reads a folder whose tokenizer has neither of the newer forms; empty if it has one. */
  static Optional<TokenizerJson> find(Path folder) {
    boolean only =
        !StrictJson.exists(folder.resolve(TokenizerFolder.JSON))
            && !StrictJson.exists(folder.resolve(SentencePieceFolder.MODEL))
            && StrictJson.exists(folder.resolve(VOCABULARY));
    return only ? Optional.of(read(folder)) : Optional.empty();
  }

  private static TokenizerJson read(Path folder) {
    JsonFields config = fields(folder.resolve(CONFIG));
    String type = config.requiredText("tokenizer_class");
    if (!QWEN2.contains(type)) {
      throw config.wrong(
          "tokenizer_class",
          "must be Qwen2Tokenizer or DreamTokenizer if there is no " + TokenizerFolder.JSON);
    }
    JsonObject model = new JsonObject();
    model.addProperty("type", "BPE");
    model.add("vocab", fields(folder.resolve(VOCABULARY)).json());
    model.add("merges", merges(folder.resolve(MERGES)));
    JsonObject json = new JsonObject();
    json.add("added_tokens", added(folder, config));
    json.add("normalizer", typed("NFC"));
    json.add("pre_tokenizer", qwen2());
    json.add("post_processor", JsonNull.INSTANCE);
    json.add("decoder", byteLevel());
    json.add("model", model);
    return TokenizerJson.of(folder.resolve(VOCABULARY), json);
  }

  private static JsonFields fields(Path file) {
    return new JsonFields(file.toString(), StrictJson.read(file, MAX_BYTES));
  }

  private static JsonObject typed(String type) {
    JsonObject json = new JsonObject();
    json.addProperty("type", type);
    return json;
  }

  private static JsonObject byteLevel() {
    JsonObject json = typed("ByteLevel");
    json.addProperty("add_prefix_space", false);
    json.addProperty("trim_offsets", false);
    json.addProperty("use_regex", false);
    return json;
  }

  private static JsonObject qwen2() {
    JsonObject pattern = new JsonObject();
    pattern.addProperty("Regex", QWEN2_PIECES);
    JsonObject split = typed("Split");
    split.add("pattern", pattern);
    split.addProperty("behavior", "Isolated");
    split.addProperty("invert", false);
    JsonArray steps = new JsonArray();
    steps.add(split);
    steps.add(byteLevel());
    JsonObject json = typed("Sequence");
    json.add("pretokenizers", steps);
    return json;
  }

  /** Reads one pair per line, after a line with the version. */
  private static JsonArray merges(Path file) {
    JsonArray merges = new JsonArray();
    List<String> lines = new String(StrictJson.bytes(file, MAX_BYTES), UTF_8).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isEmpty() || (i == 0 && line.startsWith("#version"))) {
        continue;
      }
      int space = line.indexOf(' ');
      if (space < 1 || space != line.lastIndexOf(' ') || space == line.length() - 1) {
        throw new CheckpointException(
            file + ": line " + (i + 1) + " must hold two tokens, but is: " + line);
      }
      JsonArray pair = new JsonArray();
      pair.add(line.substring(0, space));
      pair.add(line.substring(space + 1));
      merges.add(pair);
    }
    return merges;
  }

  /** The tokens that are found before any merging, by their ids. */
  private static JsonArray added(Path folder, JsonFields config) {
    Map<Integer, JsonObject> tokens = new TreeMap<>();
    Path older = folder.resolve(SentencePieceFolder.ADDED);
    if (config.isSet(DECODER)) {
      JsonFields all = config.requiredObject(DECODER);
      for (String id : all.json().keySet()) {
        if (!id.matches("\\d{1,8}")) {
          throw all.wrong(id, "must have a token's id as its key");
        }
        JsonFields token = all.requiredObject(id);
        tokens.put(
            Integer.parseInt(id),
            token(
                Integer.parseInt(id),
                token.requiredText("content"),
                token.bool("special", false),
                token));
      }
    } else if (StrictJson.exists(older)) {
      JsonFields all = fields(older);
      for (Map.Entry<String, JsonElement> entry : all.json().entrySet()) {
        int id = (int) all.whole(entry.getKey(), entry.getValue(), 0, MAX_ID);
        tokens.put(id, token(id, entry.getKey(), true, new JsonFields("", new JsonObject())));
      }
    }
    JsonArray added = new JsonArray();
    tokens.values().forEach(added::add);
    return added;
  }

  private static JsonObject token(int id, String content, boolean special, JsonFields flags) {
    JsonObject json = new JsonObject();
    json.addProperty("id", id);
    json.addProperty("content", content);
    for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      json.addProperty(flag, flags.bool(flag, false));
    }
    json.addProperty("special", special);
    return json;
  }
}
