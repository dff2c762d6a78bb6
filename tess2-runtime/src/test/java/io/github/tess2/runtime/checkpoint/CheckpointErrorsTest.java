package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointErrorsTest {
  private static final String INDEX = "model.safetensors.index.json";
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";
  private static final String EMBEDDING = "model.embed_tokens.weight";

  @TempDir Path folder;

  @Test
  void open_noFolder_saysSo() {
    Path none = folder.resolve("none");
    assertFails(() -> Checkpoint.open(none), none + ": must be a folder, but does not exist");
  }

  @Test
  void open_file_saysSo() {
    Path file = Fixtures.write(folder.resolve("x"), new byte[0]);
    assertFails(() -> Checkpoint.open(file), file + ": must be a folder, but is a file");
  }

  @Test
  void open_noConfig_saysSo() {
    assertFails(
        () -> Checkpoint.open(folder),
        folder.resolve("config.json") + ": must be a file, but does not exist");
  }

  @Test
  void open_noWeights_saysWhatItLookedFor() throws IOException {
    copy("mistral");
    Files.delete(folder.resolve("model.safetensors"));
    assertFails(
        () -> Checkpoint.open(folder),
        folder + ": must hold model.safetensors or " + INDEX + ", but holds neither");
  }

  @Test
  void open_missingShard_namesItAndTheIndex() throws IOException {
    copy("llama");
    Files.delete(folder.resolve(SECOND));
    assertFails(
        () -> Checkpoint.open(folder),
        String.format(
            "%s: must exist, named in %s, but does not",
            folder.resolve(SECOND), folder.resolve(INDEX)));
  }

  @Test
  void open_tensorInTwoShards_namesBoth() throws IOException {
    copy("llama");
    Fixtures.append(folder.resolve(SECOND), EMBEDDING, "[1]", 4);
    assertFails(
        () -> Checkpoint.open(folder),
        String.format(
            "%s: tensor %s must be in one file, but is also in: %s",
            folder.resolve(SECOND), EMBEDDING, folder.resolve(FIRST)));
  }

  @Test
  void open_tensorInAnotherShardThanNamed_namesBoth() {
    copy("llama");
    editWeightMap(map -> map.addProperty(EMBEDDING, SECOND));
    assertFails(
        () -> Checkpoint.open(folder),
        String.format(
            "%s: tensor %s must be in %s, as the index says, but is in: %s",
            folder.resolve(INDEX), EMBEDDING, SECOND, folder.resolve(FIRST)));
  }

  @Test
  void open_tensorInNoShard_namesIt() {
    copy("llama");
    editWeightMap(map -> map.addProperty("extra", SECOND));
    assertFails(
        () -> Checkpoint.open(folder),
        String.format(
            "%s: tensor extra must be in %s, as the index says, but is in: no file",
            folder.resolve(INDEX), SECOND));
  }

  @Test
  void open_tensorTheIndexLacks_namesIt() {
    copy("llama");
    editWeightMap(map -> map.remove(EMBEDDING));
    assertFails(
        () -> Checkpoint.open(folder),
        String.format(
            "%s: weight_map must name the tensor %s, which is in %s, but does not",
            folder.resolve(INDEX), EMBEDDING, folder.resolve(FIRST)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x.safetensors", "a/../../x", "/etc/hosts", "", "."})
  void open_shardOutsideTheFolder_namesIt(String name) {
    copy("llama");
    editWeightMap(map -> map.addProperty(EMBEDDING, name));
    assertFails(
        () -> Checkpoint.open(folder),
        String.format(
            "%s: weight_map.%s must be a file inside the folder, but is: \"%s\"",
            folder.resolve(INDEX), EMBEDDING, name));
  }

  @Test
  void open_shardNameThatIsNone_namesIt() {
    copy("llama");
    editWeightMap(map -> map.addProperty(EMBEDDING, "a\0b"));
    assertFails(
        () -> Checkpoint.open(folder),
        String.format(
            "%s: weight_map.%s must be a file name, but is: \"a\\u0000b\"",
            folder.resolve(INDEX), EMBEDDING));
    editWeightMap(map -> map.addProperty(EMBEDDING, 5));
    assertFails(
        () -> Checkpoint.open(folder),
        String.format(
            "%s: weight_map.%s must be a string, but is: 5", folder.resolve(INDEX), EMBEDDING));
  }

  @Test
  void open_indexWithoutTensors_saysSo() {
    copy("llama");
    Fixtures.edit(folder.resolve(INDEX), json -> json.add("weight_map", new JsonObject()));
    assertFails(
        () -> Checkpoint.open(folder),
        folder.resolve(INDEX) + ": weight_map must name tensors, but is: {}");
    Fixtures.edit(folder.resolve(INDEX), json -> json.remove("weight_map"));
    assertFails(
        () -> Checkpoint.open(folder),
        folder.resolve(INDEX) + ": weight_map must be present, but is missing");
  }

  @Test
  void requireDiffusionModel_missingTensors_countsThemAndNamesSome() {
    copy("mistral");
    editConfig("num_hidden_layers", "3");
    assertRequireFails(
        Checkpoint::requireDiffusionModel,
        folder
            + ": must hold the 31 tensors of a diffusion model of its config.json, but lacks 9:"
            + " model.layers.2.input_layernorm.weight, model.layers.2.self_attn.q_proj.weight,"
            + " model.layers.2.self_attn.k_proj.weight and 6 more");
  }

  @Test
  void requireDiffusionModel_surplusTensors_countsThemAndNamesSome() throws IOException {
    copy("mistral");
    Fixtures.append(folder.resolve("model.safetensors"), "model.bias", "[1]", 4);
    assertRequireFails(
        Checkpoint::requireDiffusionModel,
        folder
            + ": must hold only the tensors of a diffusion model of its config.json, but also holds"
            + " 1: model.bias");
  }

  @Test
  void requireDiffusionModel_wrongShape_namesExpectedAndFound() {
    copy("mistral");
    editConfig("vocab_size", "301");
    assertRequireFails(
        Checkpoint::requireDiffusionModel,
        folder.resolve("model.safetensors")
            + ": tensor model.embed_tokens.weight must have the shape [301, 32], by config.json, but"
            + " has: [300, 32]");
  }

  @Test
  void requireDiffusionModel_tiedHeadOfAnotherShape_namesExpectedAndFound() throws IOException {
    copy("llama");
    Fixtures.append(folder.resolve(SECOND), "lm_head.weight", "[1,32]", 128);
    editWeightMap(map -> map.addProperty("lm_head.weight", SECOND));
    assertRequireFails(
        Checkpoint::requireDiffusionModel,
        folder.resolve(SECOND)
            + ": tensor lm_head.weight must have the shape [303, 32], by config.json, but has:"
            + " [1, 32]");
  }

  @Test
  void requireDiffusionModel_integerWeights_namesTheType() throws IOException {
    copy("mistral");
    Fixtures.editHeader(
        folder.resolve("model.safetensors"),
        header -> header.getAsJsonObject("model.norm.weight").addProperty("dtype", "I32"));
    assertRequireFails(
        Checkpoint::requireDiffusionModel,
        folder.resolve("model.safetensors")
            + ": tensor model.norm.weight must be F32, F16 or BF16, but is: I32");
  }

  @Test
  void requireDiffusionModel_halfATimeWarp_saysSo() throws IOException {
    copy("cdcd");
    Fixtures.editHeader(
        folder.resolve("model.safetensors"),
        header -> header.add("model.rotary_emb.inv_freq", header.remove("cdf.l_u")));
    assertRequireFails(
        Checkpoint::requireDiffusionModel,
        folder + ": must hold both cdf.l_t and cdf.l_u or neither, but holds only: cdf.l_t");
  }

  @Test
  void requireDiffusionModel_timeWarpOfOtherBins_namesExpectedAndFound() {
    copy("cdcd");
    editConfig("n_bins", "50");
    assertRequireFails(
        Checkpoint::requireDiffusionModel,
        folder.resolve("model.safetensors")
            + ": tensor cdf.l_t must have the shape [50], by config.json, but has: [100]");
  }

  @Test
  void requireDiffusionModel_rewardModel_saysSo() {
    copy("reward");
    assertRequireFails(
        Checkpoint::requireDiffusionModel,
        folder.resolve("config.json")
            + ": architectures must name a diffusion model, but names a reward model");
  }

  @Test
  void requireDiffusionModel_causalModel_namesTheTimestepEmbedding() throws IOException {
    copy("mistral");
    Fixtures.editHeader(
        folder.resolve("model.safetensors"),
        header -> header.add("model.rotary_emb.inv_freq", header.remove("timestep_embed.weight")));
    assertRequireFails(
        Checkpoint::requireDiffusionModel,
        folder
            + ": must hold the 22 tensors of a diffusion model of its config.json, but lacks 1:"
            + " timestep_embed.weight");
  }

  @Test
  void requireRewardModel_diffusionModel_saysSo() {
    copy("mistral");
    assertRequireFails(
        Checkpoint::requireRewardModel,
        folder.resolve("config.json")
            + ": architectures must name a reward model (…ForSequenceClassification), but is:"
            + " DIFFUSION");
  }

  @Test
  void requireRewardModel_noScore_namesIt() {
    copy("mistral");
    editConfig("architectures", "[\"MistralForSequenceClassification\"]");
    editConfig("num_labels", "1");
    assertRequireFails(
        Checkpoint::requireRewardModel,
        folder
            + ": must hold the 21 tensors of a reward model of its config.json, but lacks 1:"
            + " score.weight");
  }

  @Test
  void requireCausalModel_diffusionModel_namesTheSurplus() {
    copy("cdcd");
    assertRequireFails(
        Checkpoint::requireCausalModel,
        folder
            + ": must hold only the tensors of a causal language model of its config.json, but also"
            + " holds 3: cdf.l_t, cdf.l_u, timestep_embed.weight");
  }

  @Test
  void info_unknownTensor_namesIt() {
    try (Checkpoint checkpoint = Checkpoint.open(Fixtures.checkpoint("mistral"))) {
      assertFails(
          () -> checkpoint.info("nope"),
          checkpoint.folder() + ": must hold the tensor nope, but does not");
    }
  }

  private static void assertFails(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(CheckpointException.class).hasMessage(message);
  }

  private void assertRequireFails(Consumer<Checkpoint> check, String message) {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertFails(() -> check.accept(checkpoint), message);
    }
  }

  private void copy(String name) {
    Checkpoints.copy(Fixtures.checkpoint(name), folder);
  }

  private void editConfig(String field, String value) {
    Fixtures.edit(
        folder.resolve("config.json"), json -> json.add(field, JsonParser.parseString(value)));
  }

  private void editWeightMap(Consumer<JsonObject> change) {
    Fixtures.edit(folder.resolve(INDEX), json -> change.accept(json.getAsJsonObject("weight_map")));
  }
}
