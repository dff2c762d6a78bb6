package io.github.tess2.runtime.checkpoint;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;

/**
 * What a new model must know about its tokenizer.
 *
 * @param size one more than the highest id
 * @param bosId the token that begins a sequence
 * @param eosId the token that ends an answer
 * @param padId the padding token
 */
public record TokenizerFolder(int size, int bosId, int eosId, int padId) {
  static final String JSON = "tokenizer.json";

  /** The files that may describe a tokenizer. All of them that a folder has belong together. */
  public static final ImmutableList<String> FILES =
      ImmutableList.of(
          JSON,
          SentencePieceFolder.MODEL,
          SentencePieceFolder.ADDED,
          "tokenizer_config.json",
          "special_tokens_map.json");

  /**
   * Reads a folder with {@code tokenizer.json} or {@code tokenizer.model}, and {@code
   * tokenizer_config.json}.
   *
   * @param folder the folder
   * @return the description of the tokenizer
   * @throws io.github.tess2.CheckpointException if a file is missing or malformed, or names no
   *     beginning or end
   */
  public static TokenizerFolder read(Path folder) {
    TokenizerJson json = json(folder);
    SpecialTokens special = SpecialTokens.read(folder, json);
    return new TokenizerFolder(json.size(), special.bosId(), special.eosId(), special.padId());
  }

  /** Reads the vocabulary of a folder's tokenizer, whatever its form. */
  static TokenizerJson json(Path folder) {
    return SentencePieceFolder.find(folder)
        .map(SentencePieceFolder::json)
        .orElseGet(() -> TokenizerJson.read(folder.resolve(JSON)));
  }
}
