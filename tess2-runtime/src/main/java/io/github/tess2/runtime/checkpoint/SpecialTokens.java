package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonElement;
import io.github.tess2.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The tokens that begin a sequence, end an answer and pad. The first of these files that names a
 * token counts: {@code tokenizer_config.json}, {@code special_tokens_map.json}, {@code
 * config.json}.
 *
 * @param bosId the token that begins a sequence
 * @param eosId the token that ends an answer
 * @param padId the padding token; if no file names one, the token {@code [PAD]} if it exists, or
 *     else {@code eosId}
 */
record SpecialTokens(int bosId, int eosId, int padId) {
  private static final long MAX_BYTES = 64 << 20;

  static SpecialTokens read(Path folder, TokenizerJson tokenizer, ModelConfig config) {
    List<JsonFields> files = files(folder);
    OptionalInt end =
        config.eosIds().isEmpty() ? OptionalInt.empty() : OptionalInt.of(config.eosIds().get(0));
    int bos = required("bos_token", files, folder, tokenizer, config.bosId());
    int eos = required("eos_token", files, folder, tokenizer, end);
    OptionalInt pad = find("pad_token", files, tokenizer);
    if (pad.isEmpty()) {
      int added = tokenizer.id("[PAD]");
      pad = config.padId().isPresent() || added < 0 ? config.padId() : OptionalInt.of(added);
    }
    return new SpecialTokens(bos, eos, pad.orElse(eos));
  }

  /** Whether {@code tokenizer_config.json} puts the beginning token before every text. */
  static boolean beginsTexts(Path folder) {
    return files(folder).stream()
        .filter(file -> file.source().endsWith("tokenizer_config.json"))
        .anyMatch(file -> file.bool("add_bos_token", false));
  }

  /**
   * Reads them without a model's configuration to fall back on: the files must name a beginning and
   * an end.
   */
  static SpecialTokens read(Path folder, TokenizerJson tokenizer) {
    List<JsonFields> files = files(folder);
    int eos = required("eos_token", files, folder, tokenizer, OptionalInt.empty());
    return new SpecialTokens(
        required("bos_token", files, folder, tokenizer, OptionalInt.empty()),
        eos,
        find("pad_token", files, tokenizer).orElse(eos));
  }

  private static int required(
      String field,
      List<JsonFields> files,
      Path folder,
      TokenizerJson tokenizer,
      OptionalInt fallback) {
    OptionalInt found = find(field, files, tokenizer);
    return (found.isPresent() ? found : fallback)
        .orElseThrow(
            () ->
                new CheckpointException(
                    folder
                        + ": tokenizer_config.json must name "
                        + field
                        + ", because config.json has no id for it, but does not"));
  }

  /** The files in the folder that can name special tokens. */
  static List<JsonFields> files(Path folder) {
    List<JsonFields> files = new ArrayList<>();
    for (String name : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      Path file = folder.resolve(name);
      if (StrictJson.exists(file)) {
        files.add(new JsonFields(file.toString(), StrictJson.read(file, MAX_BYTES)));
      }
    }
    return files;
  }

  private static OptionalInt find(String field, List<JsonFields> files, TokenizerJson tokenizer) {
    for (JsonFields file : files) {
      if (file.isSet(field)) {
        String content = content(file, field);
        int id = tokenizer.id(content);
        if (id < 0) {
          throw file.wrong(field, "must be a token of " + tokenizer.file().getFileName());
        }
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }

  /** The spelling in a field, which may be inside an object. */
  private static String content(JsonFields file, String field) {
    JsonElement value = file.required(field);
    JsonFields holder = value.isJsonObject() ? file.object(field).orElseThrow() : file;
    String name = value.isJsonObject() ? "content" : field;
    holder.required(name);
    return holder.text(name).orElseThrow(() -> holder.wrong(name, "must be a string"));
  }
}
