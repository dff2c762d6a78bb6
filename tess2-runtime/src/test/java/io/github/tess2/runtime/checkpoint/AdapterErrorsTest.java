package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters that are unsupported or do not fit. They are made from files that PEFT wrote. */
class AdapterErrorsTest {
  private static final String QUERY = "model.layers.0.self_attn.q_proj.weight";
  private static final String PREFIX = "base_model.model.model.layers.0.self_attn.q_proj.";

  @TempDir Path parent;
  private Path folder;
  private Path config;
  private Path weights;

  @BeforeEach
  void copyAdapter() throws IOException {
    folder = copy("adapter", "mine");
    config = folder.resolve("adapter_config.json");
    weights = folder.resolve("adapter_model.safetensors");
    copy("base", "base");
  }

  @Test
  void open_ownConfig_goesBeforeTheBases() throws IOException {
    Files.copy(parent.resolve("base/config.json"), folder.resolve("config.json"));
    Fixtures.edit(
        folder.resolve("config.json"), json -> json.addProperty("max_position_embeddings", 7));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.config().maxPositions()).isEqualTo(7);
      assertThat(checkpoint.tokenizerFolder()).hasFileName("base");
    }
  }

  @Test
  void open_ownTokenizer_isTheModels() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.tokenizerFolder()).isEqualTo(folder);
    }
  }

  @Test
  void open_weightsBesideTheAdapter_areItsBase() throws IOException {
    Checkpoints.copy(parent.resolve("base"), folder);
    edit("base_model_name_or_path", "\"gone\"");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.adapted()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "peft_type | \"IA3\" | must be \"LORA\"",
        "use_dora | true | must be false, because true is not supported",
        "lora_bias | true | must be false, because true is not supported",
        "layer_replication | [[0,2]] | must be null, because it is not supported",
        "alora_invocation_tokens | [5] | must be null, because it is not supported",
        "init_lora_weights | \"pissa\" | must be true, false, \"gaussian\", \"eva\", \"orthogonal\" or"
            + " \"mica\", because others change the base model",
        "base_model_name_or_path | \"mistralai/Mistral-7B-v0.1\" | must be a folder on this machine"
            + " with the base model (a name on a hub is not looked up: download it and put its"
            + " folder here)",
      })
  void open_adapterOfAnotherKind_namesFieldRuleAndValue(String field, String value, String rule) {
    edit(field, value);
    assertFails(config + ": " + field + " " + rule + ", but is: " + value);
  }

  @Test
  void open_patternThatBacktracks_isRefused() {
    edit("rank_pattern", "{\"(a+)+b\": 2}");
    assertFails(
        config
            + ": rank_pattern.(a+)+b must be a module's name or a simple pattern of names,"
            + " but is: 2");
  }

  @Test
  void open_otherRankThanTheMatrices_namesBoth() {
    edit("r", "4");
    assertFails(
        config + ": r must be the 2 of the matrices of model.layers.0.self_attn.q_proj, but is: 4");
  }

  @Test
  void open_oneFactor_namesIt() throws IOException {
    rename(PREFIX + "lora_B.weight", "base_model.model.model.layers.9.x.weight");
    assertFails(
        folder
            + ": must hold both factors for "
            + QUERY
            + ", but holds only: "
            + PREFIX
            + "lora_A.weight");
  }

  @Test
  void open_factorsOfAnotherShape_namesAll() throws IOException {
    Fixtures.editHeader(
        weights,
        header ->
            header
                .getAsJsonObject(PREFIX + "lora_B.weight")
                .add("shape", JsonParser.parseString("[4, 4]")));
    assertFails(
        weights
            + ": factors for "
            + QUERY
            + " must make a product of the shape [8, 8], but have: [4, 4] and [2, 8]");
  }

  @Test
  void open_adapterForNoTensor_namesBoth() throws IOException {
    rename(PREFIX + "lora_A.weight", "base_model.model.model.layers.9.x.lora_A.weight");
    rename(PREFIX + "lora_B.weight", "base_model.model.model.layers.9.x.lora_B.weight");
    assertFails(
        folder
            + ": must hold the tensor model.layers.9.x.weight that"
            + " base_model.model.model.layers.9.x.lora_A.weight is for, but does not");
  }

  @Test
  void open_magnitudes_isRefused() throws IOException {
    rename(PREFIX + "lora_B.weight", PREFIX + "lora_magnitude_vector");
    assertFails(
        weights
            + ": adapter must consist of lora_A and lora_B, but has: "
            + PREFIX
            + "lora_magnitude_vector");
  }

  @Test
  void open_twoAdapters_namesThem() throws IOException {
    Path wrapped = copy("wrapped", "wrapped");
    String factor = "base_model.model.model.layers.0.self_attn.k_proj.lora_A.default.weight";
    rename(wrapped.resolve("model.safetensors"), factor, factor.replace("default", "other"));
    assertThatThrownBy(() -> Checkpoint.open(wrapped))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(wrapped + ": must hold one adapter, but holds: [default, other]");
  }

  @Test
  void open_wrappedWithoutAdapterConfig_saysWhatIsMissing() throws IOException {
    Path wrapped = copy("wrapped", "wrapped");
    Files.delete(wrapped.resolve("adapter_config.json"));
    assertThatThrownBy(() -> Checkpoint.open(wrapped))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(
            wrapped
                + ": must hold adapter_config.json, which says how much of the adapter to add"
                + " (base_model.model.model.");
  }

  @Test
  void open_adapterBesideAWrappedModel_isRefused() throws IOException {
    Path wrapped = copy("wrapped", "wrapped");
    Files.copy(weights, wrapped.resolve("adapter_model.safetensors"));
    assertThatThrownBy(() -> Checkpoint.open(wrapped))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            wrapped
                + ": must hold an adapter once, but holds one among the weights and one in"
                + " adapter_model.safetensors");
  }

  @Test
  void open_adapterWithoutItsConfig_saysSo() throws IOException {
    Files.delete(config);
    assertFails(
        folder + ": must hold adapter_config.json for adapter_model.safetensors, but does not");
  }

  @Test
  void open_configWithoutAdapter_saysSo() throws IOException {
    Files.delete(weights);
    assertFails(
        folder + ": must hold adapter_model.safetensors or the model's weights, but does not");
  }

  @Test
  void open_adapterInPyTorchsFormat_givesTheCommand() throws IOException {
    Files.move(weights, folder.resolve("adapter_model.bin"));
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(
            folder
                + ": must hold adapter_model.safetensors, but holds adapter_model.bin, which is not"
                + " read. With torch and safetensors installed, this converts it: cd ");
  }

  @Test
  void open_adapterOfATiedEmbedding_isRefused() throws IOException {
    Path wrapped = copy("wrapped", "wrapped");
    Fixtures.edit(
        wrapped.resolve("config.json"), json -> json.addProperty("tie_word_embeddings", true));
    assertThatThrownBy(() -> Checkpoint.open(wrapped))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            wrapped
                + ": tie_word_embeddings must be false if an adapter changes"
                + " model.embed_tokens.weight, but is: true");
  }

  private void edit(String field, String value) {
    JsonElement json = JsonParser.parseString(value);
    Fixtures.edit(config, all -> all.add(field, json));
  }

  private void rename(String from, String to) throws IOException {
    rename(weights, from, to);
  }

  private static void rename(Path file, String from, String to) throws IOException {
    Consumer<JsonObject> change = header -> header.add(to, header.remove(from));
    Fixtures.editHeader(file, change);
  }

  private void assertFails(String message) {
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(message);
  }

  private Path copy(String name, String to) throws IOException {
    Path target = Files.createDirectory(parent.resolve(to));
    return Checkpoints.copy(Fixtures.resource("/lora/" + name), target);
  }
}
