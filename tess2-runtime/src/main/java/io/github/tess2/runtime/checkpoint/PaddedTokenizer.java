package io.github.tess2.runtime.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.engine.Closing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A copy of a tokenizer's files, in a temporary folder, with {@value #TOKEN} as the padding token:
 * the vocabulary's own if it has one, or else a new one after all others, as {@code
 * add_special_tokens({"pad_token": "[PAD]"})} of transformers adds it. Closing deletes the copy.
 */
public final class PaddedTokenizer implements AutoCloseable {
  private static final String TOKEN = "[PAD]";
  private static final String FIELD = "pad_token";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String MAP = "special_tokens_map.json";
  private static final long MAX_BYTES = 256 << 20;

  private final Path folder;
  private final int padId;
  private final int size;

  private PaddedTokenizer(Path folder, int padId, int size) {
    this.folder = folder;
    this.padId = padId;
    this.size = size;
  }

  /** {@return whether the tokenizer's own files name no padding token} */
  public static boolean isNeeded(Path tokenizer) {
    return List.of(CONFIG, MAP).stream()
        .map(tokenizer::resolve)
        .filter(Files::exists)
        .noneMatch(
            file -> new JsonFields(file.toString(), StrictJson.read(file, MAX_BYTES)).isSet(FIELD));
  }

  /**
   * Makes the copy.
   *
   * @param tokenizer the folder with {@code tokenizer.json} or {@code tokenizer.model}
   * @return the copy; the caller closes it
   * @throws io.github.tess2.CheckpointException if a file is missing or malformed
   * @throws Tess2Exception if the copy cannot be written
   */
  public static PaddedTokenizer copy(Path tokenizer) {
    TokenizerJson known = TokenizerFolder.json(tokenizer);
    int existing = known.id(TOKEN);
    int padId = existing < 0 ? known.size() : existing;
    try {
      Path folder = Files.createTempDirectory("tess2-tokenizer-");
      PaddedTokenizer copy = new PaddedTokenizer(folder, padId, Math.max(known.size(), padId + 1));
      try {
        if (known.file().endsWith(TokenizerFolder.JSON)) {
          JsonObject json = StrictJson.read(known.file(), MAX_BYTES);
          if (existing < 0) {
            addTo(json, padId);
          }
          write(folder.resolve(TokenizerFolder.JSON), json);
        } else {
          Files.copy(known.file(), folder.resolve(SentencePieceFolder.MODEL));
          JsonObject added = read(tokenizer.resolve(SentencePieceFolder.ADDED));
          added.addProperty(TOKEN, padId);
          write(folder.resolve(SentencePieceFolder.ADDED), added);
        }
        write(folder.resolve(CONFIG), config(tokenizer.resolve(CONFIG), padId));
        write(folder.resolve(MAP), map(tokenizer.resolve(MAP)));
        return copy;
      } catch (IOException | RuntimeException e) {
        Closing.after(e, copy::close);
        throw e;
      }
    } catch (IOException e) {
      throw new Tess2Exception("a tokenizer with " + TOKEN + " cannot be written: " + e, e);
    }
  }

  private static void addTo(JsonObject json, int id) {
    JsonArray tokens = new JsonArray();
    if (json.has("added_tokens") && json.get("added_tokens").isJsonArray()) {
      tokens.addAll(json.getAsJsonArray("added_tokens"));
    }
    JsonObject token = described();
    token.addProperty("id", id);
    tokens.add(token);
    json.add("added_tokens", tokens);
  }

  private static JsonObject described() {
    JsonObject token = spelled();
    token.addProperty("special", true);
    return token;
  }

  private static JsonObject spelled() {
    JsonObject token = new JsonObject();
    token.addProperty("content", TOKEN);
    for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      token.addProperty(flag, false);
    }
    return token;
  }

  private static JsonObject config(Path from, int id) {
    JsonObject json = read(from);
    json.addProperty(FIELD, TOKEN);
    if (json.has("added_tokens_decoder") && json.get("added_tokens_decoder").isJsonObject()) {
      json.getAsJsonObject("added_tokens_decoder").add(Integer.toString(id), described());
    }
    return json;
  }

  private static JsonObject map(Path from) {
    JsonObject json = read(from);
    json.add(FIELD, spelled());
    return json;
  }

  /** The object in a file; an empty one if there is no file. */
  private static JsonObject read(Path file) {
    return Files.exists(file) ? StrictJson.read(file, MAX_BYTES) : new JsonObject();
  }

  private static void write(Path file, JsonObject json) throws IOException {
    Files.writeString(file, json.toString(), UTF_8);
  }

  /** {@return the folder of the copy} */
  public Path folder() {
    return folder;
  }

  /** {@return the id of the padding token} */
  public int padId() {
    return padId;
  }

  /** {@return one more than the highest id} */
  public int size() {
    return size;
  }

  /** Deletes the copy. */
  @Override
  public void close() {
    try {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      throw new Tess2Exception("a temporary folder cannot be deleted: " + folder, e);
    }
  }
}
