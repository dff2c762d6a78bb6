package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import io.github.tess2.runtime.Checkpoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"mistral", "llama", "llama-linear", "mistral-window", "cdcd"})
  void requireDiffusionModel_oraclesCheckpoint_passes(String name) {
    try (Checkpoint checkpoint = Checkpoint.open(Fixtures.checkpoint(name))) {
      assertThat(checkpoint.requireDiffusionModel()).isSameAs(checkpoint);
    }
  }

  @Test
  void requireRewardModel_oraclesCheckpoint_passes() {
    try (Checkpoint checkpoint = Checkpoint.open(Fixtures.checkpoint("reward"))) {
      assertThat(checkpoint.requireRewardModel()).isSameAs(checkpoint);
      assertThat(checkpoint.info("score.weight").shape()).containsExactly(1, 32);
    }
  }

  @Test
  void open_shards_findsTensorsInBoth() {
    try (Checkpoint checkpoint = Checkpoint.open(Fixtures.checkpoint("llama"))) {
      assertThat(checkpoint.names()).contains("model.embed_tokens.weight", "model.norm.weight");
      int bytes = checkpoint.tensor("model.embed_tokens.weight").read(ByteBuffer::remaining);
      assertThat(bytes).isEqualTo(303 * 32 * Short.BYTES);
      assertThat(checkpoint.floats("model.norm.weight")).hasSize(32);
      assertThat(checkpoint.has("lm_head.weight")).isFalse();
      assertThat(checkpoint.config().tiedHead()).isTrue();
    }
  }

  @Test
  void isCdcd_asTheTensorsSay() {
    try (Checkpoint cdcd = Checkpoint.open(Fixtures.checkpoint("cdcd"));
        Checkpoint mistral = Checkpoint.open(Fixtures.checkpoint("mistral"))) {
      assertThat(cdcd.isCdcd()).isTrue();
      assertThat(mistral.isCdcd()).isFalse();
    }
  }

  @Test
  void requireDiffusionModel_rotaryBuffers_areNoSurplus() throws IOException {
    copy("mistral");
    appendTensor("model.layers.0.self_attn.rotary_emb.inv_freq", "[4]", 4);
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThatCode(checkpoint::requireDiffusionModel).doesNotThrowAnyException();
    }
  }

  @Test
  void requireDiffusionModel_headInTheFileThoughTied_passes() {
    copy("mistral");
    editConfig("tie_word_embeddings", "true");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThatCode(checkpoint::requireDiffusionModel).doesNotThrowAnyException();
    }
  }

  @Test
  void requireCausalModel_noTimestepEmbedding_passes() throws IOException {
    copy("mistral");
    editConfig("architectures", "[\"MistralForCausalLM\"]");
    // Renamed to a tolerated name, so that the tensors still cover all bytes of the file.
    rename("timestep_embed.weight", "model.rotary_emb.inv_freq");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.requireCausalModel()).isSameAs(checkpoint);
    }
  }

  @Test
  void requireDiffusionModel_noTimestepEmbeddingAndConfigSaysSo_passes() throws IOException {
    copy("mistral");
    editConfig("disable_timestep_embed", "true");
    rename("timestep_embed.weight", "model.rotary_emb.inv_freq");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.requireDiffusionModel()).isSameAs(checkpoint);
    }
  }

  @Test
  void open_singleFileBesideAnIndex_takesTheSingleFile() {
    copy("mistral");
    Fixtures.write(folder.resolve("model.safetensors.index.json"), new byte[] {'?'});
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThatCode(checkpoint::requireDiffusionModel).doesNotThrowAnyException();
    }
  }

  @Test
  void read_afterClose_saysSo() {
    Checkpoint checkpoint = Checkpoint.open(Fixtures.checkpoint("mistral"));
    checkpoint.close();
    checkpoint.close();
    assertThatThrownBy(() -> checkpoint.tensor("model.norm.weight").read(ByteBuffer::remaining))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("model.safetensors is closed");
  }

  private void copy(String name) {
    Checkpoints.copy(Fixtures.checkpoint(name), folder);
  }

  private void editConfig(String field, String value) {
    Fixtures.edit(
        folder.resolve("config.json"), json -> json.add(field, JsonParser.parseString(value)));
  }

  private void rename(String from, String to) throws IOException {
    Fixtures.editHeader(
        folder.resolve("model.safetensors"), header -> header.add(to, header.remove(from)));
  }

  private void appendTensor(String name, String shape, int elements) throws IOException {
    Fixtures.append(folder.resolve("model.safetensors"), name, shape, elements * Float.BYTES);
  }
}
