package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.MaskedGoldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests what is read from LLaDA's and Dream's checkpoints, and what is refused. */
class MaskedFamiliesTest {
  @TempDir Path folder;

  static List<String> checkpoints() {
    return MaskedGoldens.CHECKPOINTS;
  }

  @Test
  void read_llada_hasItsOwnFields() {
    assertThat(config("llada"))
        .isEqualTo(
            ModelConfig.builder(ModelFamily.named("llada"))
                .vocabularySize(304)
                .hiddenSize(24)
                .intermediateSize(32)
                .layers(2)
                .heads(4)
                .keyValueHeads(2)
                .headDimension(6)
                .normEpsilon(1e-5)
                .maxPositions(64)
                .ropeTheta(500_000)
                .eosIds(List.of(291))
                .padId(OptionalInt.of(291))
                .attentionBias(false)
                .masked(Optional.of(new MaskedConfig(292, false, "low-confidence")))
                .build());
  }

  @Test
  void endIds_llada_areTheEndOfTheTextAndOfTheTurn() {
    try (CheckpointTokenizer tokenizer =
        CheckpointTokenizer.open(MaskedGoldens.checkpoint("llada"), config("llada"))) {
      assertThat(tokenizer.endIds().asList()).containsExactly(291, 295);
      assertThat(tokenizer.isEnd(295)).isTrue();
      assertThat(tokenizer.isEnd(294)).isFalse();
      assertThat(tokenizer.answerLength(ImmutableIntArray.of(5, 294, 295, 291))).isEqualTo(2);
      assertThat(tokenizer.answerLength(ImmutableIntArray.of(5, 294))).isEqualTo(2);
    }
  }

  @Test
  void read_dream_hasBiasesAndShiftedLogits() {
    ModelConfig config = config("dream");
    assertThat(config.family()).isEqualTo(ModelFamily.named("Dream"));
    assertThat(config.attentionBias()).isTrue();
    assertThat(config.masked()).contains(new MaskedConfig(292, true, "entropy"));
    assertThat(config.ropeTheta()).isEqualTo(1_000_000);
    assertThat(config.normEpsilon()).isEqualTo(1e-6);
    assertThat(config.bosId()).hasValue(290);
  }

  @Test
  void read_lladaOfTheHub_isThatOfTheModelOfEightBillion() throws IOException {
    JsonObject json = json("llada");
    json.addProperty("d_model", 4096);
    json.addProperty("n_heads", 32);
    json.add("n_kv_heads", null);
    json.addProperty("n_layers", 32);
    json.addProperty("mlp_hidden_size", 12_288);
    json.addProperty("vocab_size", 126_464);
    json.addProperty("embedding_size", 126_464);
    json.addProperty("mask_token_id", 126_336);
    json.addProperty("max_sequence_length", 4096);
    ModelConfig config = written(json);
    assertThat(config.keyValueHeads()).isEqualTo(32);
    assertThat(config.headDimension()).isEqualTo(128);
    assertThat(config.masked()).contains(new MaskedConfig(126_336, false, "low-confidence"));
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void tensors_everyCheckpoint_areThoseOfItsFamily(String name) {
    try (Checkpoint checkpoint = Checkpoint.open(MaskedGoldens.checkpoint(name))) {
      assertThat(checkpoint.requireDiffusionModel()).isSameAs(checkpoint);
    }
  }

  @Test
  void tensor_byLlamasName_isFoundUnderTheFamilys() {
    try (Checkpoint checkpoint = Checkpoint.open(MaskedGoldens.checkpoint("llada"))) {
      assertThat(checkpoint.tensor("model.layers.1.mlp.down_proj.weight").info().name())
          .isEqualTo("model.transformer.blocks.1.ff_out.weight");
      assertThat(checkpoint.tensor("lm_head.weight").info().name())
          .isEqualTo("model.transformer.ff_out.weight");
    }
  }

  @Test
  void tensors_oneMissing_isCalledAsTheFilesCallIt() throws IOException {
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(MaskedGoldens.checkpoint("llada").resolve(file), folder.resolve(file));
    }
    JsonObject json = json("llada");
    json.addProperty("n_layers", 3);
    write(json);
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThatThrownBy(checkpoint::requireDiffusionModel)
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              folder
                  + ": must hold the 30 tensors of a masked diffusion model of its config.json, but"
                  + " lacks 9: model.transformer.blocks.2.attn_norm.weight,"
                  + " model.transformer.blocks.2.q_proj.weight,"
                  + " model.transformer.blocks.2.k_proj.weight and 6 more");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llada | block_type | \"sequential\" | block_type must be \"llama\", but is: \"sequential\"",
        "llada | block_type | | block_type must be present, but is missing",
        "llada | activation_type | \"gelu\" | activation_type must be \"silu\", but is: \"gelu\"",
        "llada | layer_norm_type | \"default\" | layer_norm_type must be \"rms\", but is: \"default\"",
        "llada | rope | false | rope must be true, but is: false",
        "llada | alibi | true | alibi must be false, because true is not supported, but is: true",
        "llada | include_bias | true | include_bias must be false, because true is not supported, but is: true",
        "llada | scale_logits | true | scale_logits must be false, because true is not supported, but is: true",
        "llada | block_group_size | 2 | block_group_size must be 1, but is: 2",
        "llada | mask_token_id | | mask_token_id must be present, but is missing",
        "llada | mask_token_id | 304 | mask_token_id must be from 0 to vocab_size - 1 (303), but is: 304",
        "llada | n_heads | 5 | n_heads must divide d_model (24) if head_dim is not set, but is: 5",
        "llada | architectures | [\"LLaDAMoEModelLM\"] | architectures must be [\"LLaDAModelLM\"], but is: [\"LLaDAMoEModelLM\"]",
        "llada | quantization_config | {} | quantization_config must not be set, because quantized weights are not supported, but is: {}",
        "dream | use_sliding_window | true | use_sliding_window must be false, because true is not supported, but is: true",
        "dream | hidden_act | \"gelu\" | hidden_act must be \"silu\", but is: \"gelu\"",
        "dream | architectures | [\"Other\"] | architectures must be [\"DreamModel\"], but is: [\"Other\"]",
        "dream | model_type | \"dream\" | model_type must be \"Dream\", \"llada\", \"llama\" or \"mistral\", but is: \"dream\"",
      })
  void read_whatIsNotComputed_isRefused(String name, String field, String value, String message)
      throws IOException {
    JsonObject json = json(name);
    if (value == null) {
      json.remove(field);
    } else {
      json.add(field, JsonParser.parseString(value));
    }
    assertThatThrownBy(() -> written(json))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(folder.resolve("config.json") + ": " + message);
  }

  @Test
  void read_multiQueryAttention_hasOneKey() throws IOException {
    JsonObject json = json("llada");
    json.remove("n_kv_heads");
    json.addProperty("multi_query_attention", true);
    assertThat(written(json).keyValueHeads()).isEqualTo(1);
  }

  @Test
  void read_llada_leftOut_hasTheDefaultsOfItsClass() throws IOException {
    JsonObject json = json("llada");
    for (String field :
        Arrays.asList("mlp_hidden_size", "embedding_size", "rope_theta", "weight_tying")) {
      JsonElement had = json.remove(field);
      assertThat(had).isNotNull();
    }
    ModelConfig config = written(json);
    assertThat(config.intermediateSize()).isEqualTo(96);
    assertThat(config.vocabularySize()).isEqualTo(302);
    assertThat(config.ropeTheta()).isEqualTo(10_000);
    assertThat(config.tiedHead()).isTrue();
  }

  private static ModelConfig config(String name) {
    return ModelConfig.read(MaskedGoldens.checkpoint(name).resolve("config.json"));
  }

  private static JsonObject json(String name) throws IOException {
    return JsonParser.parseString(
            Files.readString(MaskedGoldens.checkpoint(name).resolve("config.json")))
        .getAsJsonObject();
  }

  private void write(JsonObject json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json.toString());
  }

  private ModelConfig written(JsonObject json) throws IOException {
    write(json);
    return ModelConfig.read(folder.resolve("config.json"));
  }
}
