package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.runtime.checkpoint.ModelConfig.Purpose;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {
  @TempDir Path folder;

  @Test
  void read_mistral_hasEveryField() {
    assertThat(config("mistral"))
        .isEqualTo(
            ModelConfig.builder(ModelFamily.named("mistral"))
                .vocabularySize(300)
                .hiddenSize(32)
                .intermediateSize(48)
                .layers(2)
                .heads(4)
                .keyValueHeads(2)
                .headDimension(8)
                .normEpsilon(1e-5)
                .maxPositions(64)
                .ropeTheta(10000)
                .bosId(OptionalInt.of(1))
                .eosIds(List.of(2))
                .padId(OptionalInt.of(299))
                .build());
  }

  @Test
  void read_llama_hasTiedHeadWideHeadsAndScaling() {
    ModelConfig config = config("llama");
    assertThat(config.family()).isEqualTo(ModelFamily.named("llama"));
    assertThat(config.tiedHead()).isTrue();
    assertThat(config.headDimension()).isEqualTo(12);
    assertThat(config.vocabularySize()).isEqualTo(303);
    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.Llama3(8, 1, 4, 32));
  }

  @Test
  void read_noDiffusionFields_hasTess2Defaults() {
    assertThat(config("llama").diffusion()).isEqualTo(DiffusionConfig.TESS2);
    assertThat(DiffusionConfig.TESS2)
        .isEqualTo(
            new DiffusionConfig(
                5,
                5000,
                "squaredcos_improved_ddpm",
                "logits_mean",
                OptionalDouble.of(0.99),
                1,
                false,
                true,
                100));
  }

  @Test
  void read_diffusionFields_haveTheirValues() {
    ModelConfig config =
        edited(
            json -> {
              json.addProperty("simplex_value", 3);
              json.addProperty("num_diffusion_steps", 200);
              json.addProperty("beta_schedule", "linear");
              json.addProperty("self_condition", "logits_max");
              json.addProperty("top_p", 0.5);
              json.addProperty("temperature", 2);
              json.addProperty("is_causal", true);
              json.addProperty("disable_timestep_embed", true);
              json.addProperty("n_bins", 7);
            });
    assertThat(config.diffusion())
        .isEqualTo(
            new DiffusionConfig(
                3, 200, "linear", "logits_max", OptionalDouble.of(0.5), 2, true, false, 7));
  }

  @Test
  void read_selfConditionNullOrNone_isOff() {
    assertThat(edited(json -> json.add("self_condition", null)).diffusion().selfConditioned())
        .isFalse();
    assertThat(edited("self_condition", "\"none\"").diffusion().selfConditioned()).isFalse();
    assertThat(config("mistral").diffusion().selfConditioned()).isTrue();
  }

  @Test
  void read_topPNull_isAbsent() {
    assertThat(edited("top_p", "null").diffusion().topP()).isEmpty();
  }

  @Test
  void read_oldScalingKey_isLinear() {
    assertThat(config("llama-linear").ropeScaling()).isEqualTo(new RopeScaling.Linear(2.5));
  }

  @Test
  void read_ropeParameters_areScalingAndTheta() {
    ModelConfig config =
        edited(
            json -> {
              json.remove("rope_theta");
              json.add(
                  "rope_parameters",
                  parse("{\"rope_type\": \"linear\", \"factor\": 4, \"rope_theta\": 500000}"));
            });
    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.Linear(4));
    assertThat(config.ropeTheta()).isEqualTo(500000);
  }

  @Test
  void read_ropeSaidInBothPlaces_isThat() {
    ModelConfig config =
        edited(
            json -> {
              json.addProperty("rope_theta", 500000.0);
              json.add("rope_scaling", parse("{\"type\": \"linear\", \"factor\": 4.0}"));
              json.add(
                  "rope_parameters",
                  parse(
                      "{\"factor\": 4, \"rope_type\": \"linear\", \"type\": \"linear\","
                          + " \"rope_theta\": 5e5, \"original_max_position_embeddings\": null}"));
            });
    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.Linear(4));
    assertThat(config.ropeTheta()).isEqualTo(500000);
  }

  @Test
  void read_newerParametersWithoutScalingBesideNull_areNone() {
    ModelConfig config =
        edited(
            json -> {
              json.add("rope_scaling", null);
              json.add(
                  "rope_parameters", parse("{\"rope_type\": \"default\", \"rope_theta\": 1e6}"));
              json.remove("rope_theta");
            });
    assertThat(config.ropeScaling()).isEqualTo(RopeScaling.NONE);
    assertThat(config.ropeTheta()).isEqualTo(1e6);
  }

  @Test
  void read_bothNamesOfTheWeightsType_changeNothing() {
    ModelConfig config =
        edited(
            json -> {
              json.addProperty("dtype", "bfloat16");
              json.addProperty("torch_dtype", "float32");
            });
    assertThat(config).isEqualTo(config("mistral"));
  }

  @Test
  void read_layerTypesThatRepeatTheWindow_changeNothing() {
    assertThat(edited("layer_types", "[\"full_attention\", \"full_attention\"]"))
        .isEqualTo(config("mistral"));
    ModelConfig sliding =
        edited(
            json -> {
              json.addProperty("sliding_window", 6);
              json.add("layer_types", parse("[\"sliding_attention\", \"sliding_attention\"]"));
            });
    assertThat(sliding.slidingWindow()).hasValue(6);
  }

  @Test
  void read_nullTokenIds_areLeftToTheTokenizer() {
    ModelConfig config =
        edited(
            json -> {
              json.add("bos_token_id", null);
              json.add("eos_token_id", null);
              json.add("pad_token_id", null);
            });
    assertThat(config.bosId()).isEmpty();
    assertThat(config.eosIds()).isEmpty();
    assertThat(config.padId()).isEmpty();
  }

  @Test
  void read_ropeTypeDefault_isNone() {
    assertThat(edited("rope_scaling", "{\"rope_type\": \"default\"}").ropeScaling())
        .isEqualTo(RopeScaling.NONE);
  }

  @Test
  void read_slidingWindow_isTheFilesOrMistrals4096OrNone() {
    assertThat(config("mistral-window").slidingWindow()).hasValue(6);
    assertThat(config("mistral").slidingWindow()).isEmpty();
    assertThat(edited(json -> json.remove("sliding_window")).slidingWindow()).hasValue(4096);
    assertThat(config("llama").slidingWindow()).isEmpty();
  }

  @Test
  void read_noHeadDimension_isHiddenSizeOverHeads() {
    assertThat(edited(json -> json.remove("head_dim")).headDimension()).isEqualTo(8);
    assertThat(edited("head_dim", "null").headDimension()).isEqualTo(8);
  }

  @Test
  void read_noKeyValueHeads_isTransformersDefault() {
    assertThat(edited("num_key_value_heads", "null").keyValueHeads()).isEqualTo(4);
    ModelConfig llama = editedLlama(json -> json.remove("num_key_value_heads"));
    assertThat(llama.keyValueHeads()).isEqualTo(4);
    ModelConfig mistral =
        edited(
            json -> {
              json.remove("num_key_value_heads");
              json.addProperty("num_attention_heads", 16);
            });
    assertThat(mistral.keyValueHeads()).isEqualTo(8);
  }

  @Test
  void read_severalEosIds_keepsTheirOrder() {
    assertThat(edited("eos_token_id", "[7, 2]").eosIds()).containsExactly(7, 2);
  }

  @Test
  void read_noTokenIds_isTransformersDefault() {
    ModelConfig config =
        edited(
            json -> {
              json.remove("bos_token_id");
              json.remove("eos_token_id");
              json.remove("pad_token_id");
            });
    assertThat(config.bosId()).hasValue(1);
    assertThat(config.eosIds()).containsExactly(2);
    assertThat(config.padId()).isEmpty();
    assertThat(edited("pad_token_id", "-1").padId()).isEmpty();
  }

  @Test
  void read_rewardModel_isOne() {
    assertThat(config("reward").isRewardModel()).isTrue();
    assertThat(config("reward").purpose()).isEqualTo(Purpose.REWARD);
    assertThat(config("mistral").isRewardModel()).isFalse();
  }

  @Test
  void read_architectures_givePurpose() {
    assertThat(edited("architectures", "[\"CDCDMistralForDiffusionLM\"]").purpose())
        .isEqualTo(Purpose.DIFFUSION);
    assertThat(edited("architectures", "[\"MistralForCausalLM\"]").purpose())
        .isEqualTo(Purpose.CAUSAL);
    assertThat(edited(json -> json.remove("architectures")).purpose()).isEqualTo(Purpose.DIFFUSION);
  }

  @ParameterizedTest
  @MethodSource("io.github.tess2.runtime.checkpoint.Fixtures#checkpoints")
  void toJson_readsBackEqual(String name) {
    ModelConfig config = config(name);
    assertThat(reread(config)).isEqualTo(config);
  }

  @Test
  void toJson_unusualValues_readsBackEqual() {
    ModelConfig config =
        edited(
            json -> {
              json.add("eos_token_id", parse("[7, 2]"));
              json.remove("pad_token_id");
              json.add("top_p", null);
              json.add("bos_token_id", null);
              json.add("eos_token_id", null);
              json.addProperty("self_condition", "none");
              json.addProperty("sliding_window", 3);
              json.addProperty("n_bins", 9);
              json.addProperty("rms_norm_eps", 1.2345678901234566E-7);
              json.add("architectures", parse("[\"MistralForCausalLM\"]"));
            });
    assertThat(reread(config)).isEqualTo(config);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MistralForCausalLM", "MistralForSequenceClassification"})
  void toJson_modelThatDoesNotDiffuse_hasNoTransformersLookBothWays(String architecture) {
    ModelConfig config =
        edited(
            json -> {
              json.addProperty("num_diffusion_steps", 200);
              json.addProperty("num_labels", 1);
              json.add("architectures", parse("[\"" + architecture + "\"]"));
            });
    assertThat(config.diffusion().causal()).isFalse();

    assertThat(config.toJson()).contains("num_diffusion_steps").doesNotContain("is_causal");
    assertThat(reread(config)).isEqualTo(config);
  }

  @Test
  void toJson_diffusionModel_saysWhetherAttentionIsCausal() {
    assertThat(edited("is_causal", "true").toJson()).contains("\"is_causal\": true");
    assertThat(edited("is_causal", "false").toJson()).contains("\"is_causal\": false");
  }

  @Test
  void toJson_causalModelMadeOfACausalDiffusionModel_readsBackEqual() {
    ModelConfig config =
        edited(
            json -> {
              json.addProperty("is_causal", true);
              json.add("architectures", parse("[\"MistralForCausalLM\"]"));
            });
    assertThat(reread(config)).isEqualTo(config);
  }

  /**
   * Single precision has a unit in the last place of 6e-8 to 1.2e-7, and PyTorch's pow is off by
   * one.
   */
  @TestFactory
  Stream<DynamicTest> inverseFrequencies_asTransformers() {
    JsonArray cases = Fixtures.json(Fixtures.resource("/checkpoint/rope.json")).getAsJsonArray();
    assertThat(cases).hasSize(7);
    return cases.asList().stream()
        .map(JsonElement::getAsJsonObject)
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.get("name").getAsString(),
                    () -> {
                      ModelConfig config = read(one.getAsJsonObject("config"));
                      float[] actual = config.inverseFrequencies();
                      JsonArray expected = one.getAsJsonArray("inverse_frequencies");
                      assertThat(actual).hasSize(expected.size());
                      for (int i = 0; i < actual.length; i++) {
                        double value = expected.get(i).getAsDouble();
                        assertThat((double) actual[i]).isCloseTo(value, within(value * 2.5e-7));
                      }
                    }));
  }

  private static ModelConfig config(String name) {
    return ModelConfig.read(Fixtures.checkpoint(name).resolve("config.json"));
  }

  private ModelConfig edited(String field, String value) {
    return edited(json -> json.add(field, parse(value)));
  }

  private ModelConfig edited(Consumer<JsonObject> change) {
    return changed("mistral", change);
  }

  private ModelConfig editedLlama(Consumer<JsonObject> change) {
    return changed("llama", change);
  }

  private ModelConfig changed(String name, Consumer<JsonObject> change) {
    JsonObject json =
        Fixtures.json(Fixtures.checkpoint(name).resolve("config.json")).getAsJsonObject();
    change.accept(json);
    return read(json);
  }

  private ModelConfig read(JsonObject json) {
    Path file = folder.resolve("config.json");
    return ModelConfig.read(Fixtures.write(file, json.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private ModelConfig reread(ModelConfig config) {
    Path file = folder.resolve("config.json");
    return ModelConfig.read(Fixtures.write(file, config.toJson().getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonElement parse(String json) {
    return JsonParser.parseString(json);
  }
}
