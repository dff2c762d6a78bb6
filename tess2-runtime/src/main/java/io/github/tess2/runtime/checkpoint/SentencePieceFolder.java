package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.runtime.sentencepiece.SentencePieceModel;
import io.github.tess2.runtime.sentencepiece.SentencePieceModel.Piece;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A folder's {@code tokenizer.model} together with the files that add to it, as transformers' slow
 * {@code LlamaTokenizer} reads them: {@code tokenizer_config.json} with {@code
 * added_tokens_decoder}, or {@code added_tokens.json} as older versions save it; and {@code
 * special_tokens_map.json}.
 *
 * @param json the vocabulary in the form of a {@code tokenizer.json}
 * @param model splits texts
 * @param added the tokens that are found before the model splits the text
 * @param legacy whether a space is put before every part of the text between tokens
 * @param prefixSpace if not legacy, whether a space is put before a text that begins a sequence
 */
record SentencePieceFolder(
    TokenizerJson json,
    SentencePieceModel model,
    List<Added> added,
    boolean legacy,
    boolean prefixSpace) {

  /** The file's name. */
  static final String MODEL = "tokenizer.model";

  /** The file in which older versions save the tokens that the model lacks. */
  static final String ADDED = "added_tokens.json";

  private static final String DECODER = "added_tokens_decoder";
  private static final long MAX_BYTES = 64 << 20;
  private static final int MAX_ID = 1 << 24;

  /** The default spellings in {@code LlamaTokenizer}. */
  private static final Map<String, String> DEFAULTS =
      Map.of("bos_token", "<s>", "eos_token", "</s>", "unk_token", "<unk>");

  /** In the order in which they get ids. */
  private static final List<String> NAMED =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  /**
   * A token that is found before the model splits the text.
   *
   * @param special whether only a template can contain it
   * @param lstrip whether it includes the spaces before it
   * @param rstrip whether it includes the spaces after it
   * @param singleWord whether it is found only between spaces
   */
  record Added(
      int id, String content, boolean special, boolean lstrip, boolean rstrip, boolean singleWord) {

    JsonObject json() {
      JsonObject json = new JsonObject();
      json.addProperty("id", id);
      json.addProperty("content", content);
      // These are not needed to join ids, and this form is not used to split.
      for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
        json.addProperty(flag, false);
      }
      json.addProperty("special", special);
      return json;
    }
  }

  /**
   * Reads a folder whose tokenizer is a {@code tokenizer.model}; empty if it has the newer form.
   */
  static Optional<SentencePieceFolder> find(Path folder) {
    return !StrictJson.exists(folder.resolve(TokenizerFolder.JSON))
            && StrictJson.exists(folder.resolve(MODEL))
        ? Optional.of(read(folder))
        : Optional.empty();
  }

  /**
   * Whether every character of a text is part of its tokens, so that their number has a lower
   * bound.
   */
  boolean keepsAll() {
    return model.normalizer().keepsAll()
        && added.stream().noneMatch(token -> token.lstrip() || token.rstrip());
  }

  private static SentencePieceFolder read(Path folder) {
    Path file = folder.resolve(MODEL);
    SentencePieceModel model =
        SentencePieceModel.parse(file.toString(), StrictJson.bytes(file, MAX_BYTES));
    List<JsonFields> files = SpecialTokens.files(folder);
    Optional<JsonFields> config =
        files.stream().filter(one -> one.source().endsWith("tokenizer_config.json")).findAny();
    boolean legacy = config.map(one -> one.bool("legacy", true)).orElse(true);
    boolean prefixSpace = config.map(one -> one.bool("add_prefix_space", true)).orElse(true);
    List<Added> added = new Reader(folder, model, files, config).read();
    List<JsonObject> tokens = new ArrayList<>(added.stream().map(Added::json).toList());
    tokens.addAll(controlPieces(model, added));
    boolean stripsSpace = legacy ? model.normalizer().dummyPrefix() : prefixSpace;
    TokenizerJson json =
        TokenizerJson.of(file, SentencePieceForms.vocabulary(model, tokens, stripsSpace));
    return new SentencePieceFolder(json, model, added, legacy, prefixSpace);
  }

  /**
   * Control pieces that no file names. They are found in no text and left out of an answer's text.
   */
  private static List<JsonObject> controlPieces(SentencePieceModel model, List<Added> added) {
    List<JsonObject> tokens = new ArrayList<>();
    for (int id = 0; id < model.pieces().size(); id++) {
      Piece piece = model.pieces().get(id);
      boolean listed = added.stream().anyMatch(token -> token.content().equals(piece.text()));
      if (piece.type() == SentencePieceModel.Type.CONTROL && !listed) {
        tokens.add(new Added(id, piece.text(), true, false, false, false).json());
      }
    }
    return tokens;
  }

  private static final class Reader {
    private final Path folder;
    private final List<JsonFields> files;
    private final Optional<JsonFields> config;
    private final Map<String, Integer> pieces = new LinkedHashMap<>();
    private final Map<String, Added> added = new LinkedHashMap<>();

    Reader(
        Path folder,
        SentencePieceModel model,
        List<JsonFields> files,
        Optional<JsonFields> config) {
      this.folder = folder;
      this.files = files;
      this.config = config;
      model.pieces().forEach(piece -> pieces.put(piece.text(), pieces.size()));
    }

    List<Added> read() {
      Map<String, JsonObject> named = named();
      if (config.isPresent() && config.get().isSet(DECODER)) {
        readDecoder(config.get());
      } else if (StrictJson.exists(folder.resolve(ADDED))) {
        JsonFields file =
            new JsonFields(
                folder.resolve(ADDED).toString(),
                StrictJson.read(folder.resolve(ADDED), MAX_BYTES));
        for (Map.Entry<String, JsonElement> entry : file.json().entrySet()) {
          String content = entry.getKey();
          int id = (int) file.whole(content, entry.getValue(), 0, MAX_ID);
          add(new Added(id, content, named.containsKey(content), false, false, false));
        }
      }
      named.forEach(
          (content, json) -> {
            if (!added.containsKey(content)) {
              add(token(new JsonFields("", json), content, id(content), true));
            }
          });
      return List.copyOf(added.values());
    }

    private void readDecoder(JsonFields config) {
      JsonFields tokens = config.object(DECODER).orElseThrow();
      for (String id : tokens.json().keySet()) {
        if (!id.matches("\\d{1,8}")) {
          throw tokens.wrong(id, "must have a token's id as its key");
        }
        JsonFields token =
            tokens.object(id).orElseThrow(() -> tokens.wrong(id, "must be an object"));
        token.required("content");
        String content = token.text("content").orElse("");
        add(token(token, content, Integer.parseInt(id), token.bool("special", false)));
      }
    }

    private void add(Added token) {
      if (!token.content().isEmpty()) {
        added.put(token.content(), token);
      }
    }

    private static Added token(JsonFields json, String content, int id, boolean special) {
      return new Added(
          id,
          content,
          special,
          json.bool("lstrip", false),
          json.bool("rstrip", false),
          json.bool("single_word", false));
    }

    /** A piece's id, or the first free one, as transformers assigns it. */
    private int id(String content) {
      long more = added.keySet().stream().filter(token -> !pieces.containsKey(token)).count();
      return pieces.getOrDefault(content, pieces.size() + (int) more);
    }

    /** The special tokens' descriptions by their spellings. */
    private Map<String, JsonObject> named() {
      Map<String, JsonObject> named = new LinkedHashMap<>();
      for (String field : NAMED) {
        Optional<JsonFields> file = files.stream().filter(one -> one.has(field)).findFirst();
        if (file.isPresent()) {
          name(file.get().required(field), named);
        } else if (pieces.containsKey(DEFAULTS.getOrDefault(field, ""))) {
          named.put(DEFAULTS.getOrDefault(field, ""), new JsonObject());
        }
      }
      for (JsonFields file : files) {
        JsonElement more = file.json().get("additional_special_tokens");
        if (more != null && more.isJsonArray()) {
          more.getAsJsonArray().forEach(token -> name(token, named));
        }
      }
      return named;
    }

    private static void name(JsonElement value, Map<String, JsonObject> named) {
      if (value.isJsonObject() && value.getAsJsonObject().get("content") != null) {
        JsonElement content = value.getAsJsonObject().get("content");
        if (content.isJsonPrimitive()) {
          named.putIfAbsent(content.getAsString(), value.getAsJsonObject());
        }
      } else if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
        named.putIfAbsent(value.getAsString(), new JsonObject());
      }
    }
  }
}
