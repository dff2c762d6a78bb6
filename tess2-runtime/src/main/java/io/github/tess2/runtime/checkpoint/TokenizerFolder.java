package io.github.tess2.runtime.checkpoint;

import java.nio.file.Path;

/**
 * What a fresh model must know of the tokenizer it is made for.
 *
 * @param size one more than the highest id
 * @param bosId begins a sequence
 * @param eosId ends an answer
 * @param padId fills up
 */
public record TokenizerFolder(int size, int bosId, int eosId, int padId) {
  /**
   * Reads a folder with {@code tokenizer.json} and {@code tokenizer_config.json}.
   *
   * @param folder to read
   * @return what it says
   * @throws io.github.tess2.CheckpointException where a file is missing or malformed, or names no
   *     beginning or end
   */
  public static TokenizerFolder read(Path folder) {
    TokenizerJson json = TokenizerJson.read(folder.resolve("tokenizer.json"));
    SpecialTokens special = SpecialTokens.read(folder, json);
    return new TokenizerFolder(json.size(), special.bosId(), special.eosId(), special.padId());
  }
}
