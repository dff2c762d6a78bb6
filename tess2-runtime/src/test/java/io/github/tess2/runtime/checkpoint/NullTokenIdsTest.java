package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonNull;
import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A {@code config.json} with null token ids, which transformers writes for unset tokens. */
class NullTokenIdsTest {
  @TempDir Path folder;

  @BeforeEach
  void copyWithNulls() {
    Checkpoints.copy(Fixtures.checkpoint("mistral"), folder);
    Fixtures.edit(
        folder.resolve("config.json"),
        json -> {
          json.add("bos_token_id", JsonNull.INSTANCE);
          json.add("eos_token_id", JsonNull.INSTANCE);
          json.add("pad_token_id", JsonNull.INSTANCE);
        });
  }

  @Test
  void open_tokenizerConfigNamesThem_theyAreThose() {
    assertTokens(1, 2, 299);
  }

  @Test
  void open_onlySpecialTokensMapNamesThem_theyAreThose() throws IOException {
    Fixtures.edit(
        folder.resolve("tokenizer_config.json"),
        json -> {
          json.add("bos_token", JsonNull.INSTANCE);
          json.remove("eos_token");
          json.remove("pad_token");
        });
    assertTokens(1, 2, 299);
  }

  @Test
  void isEnd_nullIds_isTheTokenizersEnd() {
    try (CheckpointTokenizer tokenizer = open()) {
      assertThat(tokenizer.isEnd(2)).isTrue();
      assertThat(tokenizer.isEnd(1)).isFalse();
      assertThat(tokenizer.endIds().asList()).containsExactly(2);
    }
  }

  @Test
  void open_nothingNamesThem_saysWhere() throws IOException {
    Files.delete(folder.resolve("tokenizer_config.json"));
    Files.delete(folder.resolve("special_tokens_map.json"));
    assertThatThrownBy(this::open)
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            folder
                + ": tokenizer_config.json must name bos_token, because config.json has no id for it,"
                + " but does not");
  }

  private void assertTokens(int bos, int eos, int pad) {
    try (CheckpointTokenizer tokenizer = open()) {
      assertThat(tokenizer.bosId()).isEqualTo(bos);
      assertThat(tokenizer.eosId()).isEqualTo(eos);
      assertThat(tokenizer.padId()).isEqualTo(pad);
    }
  }

  private CheckpointTokenizer open() {
    return CheckpointTokenizer.open(folder, ModelConfig.read(folder.resolve("config.json")));
  }
}
