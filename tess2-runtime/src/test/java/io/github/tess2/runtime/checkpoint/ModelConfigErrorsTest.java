package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import io.github.tess2.CheckpointException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigErrorsTest {
  private static final String RANGE = " must be a whole number from -2147483648 to 2147483647";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "vocab_size              | 0      | vocab_size must be from 1 to 16777216, but is: 0",
        "hidden_size             | -32    | hidden_size must be from 1 to 1048576, but is: -32",
        "intermediate_size       | 1e9    | intermediate_size must be from 1 to 1048576, but is:"
            + " 1000000000",
        "num_hidden_layers       | 5000   | num_hidden_layers must be from 1 to 4096, but is: 5000",
        "num_attention_heads     | 0      | num_attention_heads must be from 1 to 16384, but is: 0",
        "num_key_value_heads     | 0      | num_key_value_heads must be from 1 to 16384, but is: 0",
        "num_key_value_heads     | 3      | num_key_value_heads must divide num_attention_heads"
            + " (4), but is: 3",
        "head_dim                | 7      | head_dim must be even, for rotary positions, but is: 7",
        "max_position_embeddings | 0      | max_position_embeddings must be from 1 to 2147483647,"
            + " but is: 0",
        "sliding_window          | 0      | sliding_window must be from 1 to 2147483647, but is: 0",
        "rms_norm_eps            | -1     | rms_norm_eps must be from 0.0 to 1.0, but is: -1.0",
        "rope_theta              | 1e13   | rope_theta must be from 1.0 to 1.0E12, but is: 1.0E13",
        "rope_theta              | 1e999  | rope_theta must be a number that a double holds, but"
            + " is: 1E+999",
        "bos_token_id            | 300    | bos_token_id must be from 0 to vocab_size - 1 (299),"
            + " but is: 300",
        "eos_token_id            | [2,-1] | eos_token_id must be a whole number from 0 to"
            + " 2147483647, but is: -1",
        "eos_token_id            | []     | eos_token_id must hold at least one id, but is: []",
        "pad_token_id            | 300    | pad_token_id must be from 0 to vocab_size - 1 (299),"
            + " but is: 300",
        "simplex_value           | 0      | simplex_value must be in (0, 1e6], but is: 0.0",
        "num_diffusion_steps     | 0      | num_diffusion_steps must be greater than zero, but is:"
            + " 0",
        "beta_schedule           | \" \"  | beta_schedule must be a name, but is: \" \"",
        "top_p                   | 1.5    | top_p must be in (0, 1], but is: 1.5",
        "top_p                   | 0      | top_p must be in (0, 1], but is: 0.0",
        "temperature             | 0      | temperature must be in [1e-6, 1e6], but is: 0.0",
        "temperature             | 1e-38  | temperature must be in [1e-6, 1e6], but is: 1.0E-38",
        "n_bins                  | 0      | n_bins must be greater than zero, but is: 0",
        "self_condition          | \"logits\" | self_condition must be one of [none, logits_mean,"
            + " logits_addition, logits_max, logits_multiply, logits_with_projection,"
            + " logits_with_projection_addition], but is: logits",
      })
  void read_outOfRange_namesFieldRuleAndValue(String field, String value, String message) {
    Path file = edited(field, value);
    assertThatThrownBy(() -> ModelConfig.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"32.5", "\"32\"", "true", "null", "[]", "{}", "4294967328", "1e400"})
  void read_notAWholeNumber_namesFieldRuleAndValue(String value) {
    Path file = edited("hidden_size", value);
    String shown = value.equals("1e400") ? "1E+400" : value;
    assertThatThrownBy(() -> ModelConfig.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": hidden_size" + RANGE + ", but is: " + shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "model_type   | \"gpt2\"  | model_type must be \"Dream\", \"llada\", \"llama\" or \"mistral\", but is: \"gpt2\"",
        "model_type   | \"\"      | model_type must be \"Dream\", \"llada\", \"llama\" or \"mistral\", but is: \"\"",
        "model_type   | 5         | model_type must be a string, but is: 5",
        "hidden_act   | \"gelu\"  | hidden_act must be \"silu\", but is: \"gelu\"",
        "attention_bias | true    | attention_bias must be false, because true is not supported, but"
            + " is: true",
        "mlp_bias     | true      | mlp_bias must be false, because true is not supported, but is:"
            + " true",
        "mlp_bias     | \"no\"    | mlp_bias must be true or false, but is: \"no\"",
        "deepmind_conditional | true | deepmind_conditional must be false, because true is not"
            + " supported, but is: true",
        "quantization_config | {\"bits\": 4} | quantization_config must not be set, because"
            + " quantized weights are not supported, but is: {\"bits\":4}",
        "partial_rotary_factor | 0.5 | partial_rotary_factor must be 1, because rotating part of a head is not"
            + " supported, but is: 0.5",
        "sampling_type | \"top_k\" | sampling_type must be \"top_p\", but is: \"top_k\"",
        "self_condition_mix_before_weights | false | self_condition_mix_before_weights must be true"
            + " if self_condition is set (\"logits_mean\"), but is: false",
        "architectures | [\"MistralModel\"] | architectures must name a class that ends in"
            + " ForDiffusionLM, ForCausalLM or ForSequenceClassification, but is:"
            + " [\"MistralModel\"]",
        "architectures | \"x\"     | architectures must be an array with one class name, but is:"
            + " \"x\"",
        "rope_scaling | {\"rope_type\": \"yarn\"} | rope_scaling.rope_type must be \"default\","
            + " \"linear\" or \"llama3\", but is: \"yarn\"",
        "rope_scaling | {\"type\": \"dynamic\"} | rope_scaling.type must be \"default\","
            + " \"linear\" or \"llama3\", but is: \"dynamic\"",
        "rope_scaling | {\"type\": \"linear\"} | rope_scaling.factor must be present, but is missing",
        "rope_scaling | {\"type\": \"linear\", \"factor\": 0.5} | rope_scaling.factor must be at"
            + " least 1, but is: 0.5",
        "rope_scaling | {\"type\": \"linear\", \"factor\": \"2\"} | rope_scaling.factor must be a"
            + " number that a double holds, but is: \"2\"",
        "rope_scaling | {\"type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 4,"
            + " \"high_freq_factor\": 4, \"original_max_position_embeddings\": 8} |"
            + " rope_scaling.high_freq_factor must be greater than low_freq_factor (4.0), but is:"
            + " 4.0",
        "rope_scaling | 2         | rope_scaling must be an object, but is: 2",
      })
  void read_unsupported_namesFieldRuleAndValue(String field, String value, String message) {
    Path file = edited(field, value);
    assertThatThrownBy(() -> ModelConfig.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": " + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model_type",
        "vocab_size",
        "hidden_size",
        "intermediate_size",
        "num_hidden_layers",
        "num_attention_heads",
        "max_position_embeddings"
      })
  void read_missingField_namesIt(String field) {
    Path file = Fixtures.edit(copy("mistral"), json -> json.remove(field));
    assertThatThrownBy(() -> ModelConfig.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": " + field + " must be present, but is missing");
  }

  @Test
  void read_noHeadDimensionAndHeadsThatDoNotDivide_namesBoth() {
    Path file =
        Fixtures.edit(
            copy("mistral"),
            json -> {
              json.remove("head_dim");
              json.addProperty("hidden_size", 34);
            });
    assertThatThrownBy(() -> ModelConfig.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            file
                + ": num_attention_heads must divide hidden_size (34) if head_dim is not set,"
                + " but is: 4");
  }

  @Test
  void read_rewardModelWithTwoLabels_namesThem() {
    Path file = Fixtures.edit(copy("reward"), json -> json.addProperty("num_labels", 2));
    assertThatThrownBy(() -> ModelConfig.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": num_labels must be 1 for a reward model, but is: 2");
  }

  @Test
  void read_rewardModelWithNoLabels_saysSo() {
    Path file = Fixtures.edit(copy("reward"), json -> json.remove("id2label"));
    assertThatThrownBy(() -> ModelConfig.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": num_labels must be 1 for a reward model, but is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`{\"rope_type\": \"none\"}` | rope_scaling.rope_type must equal rope_parameters.rope_type"
            + " (\"none\"), but is: \"llama3\"",
        "`{\"rope_type\": \"llama3\", \"type\": \"linear\"}` | rope_parameters.type must equal"
            + " rope_parameters.rope_type (\"llama3\"), but is: \"linear\"",
        "`{\"factor\": 4}` | rope_scaling.factor must equal rope_parameters.factor (4), but is: 8.0",
        "`{\"rope_theta\": 7}` | rope_theta must equal rope_parameters.rope_theta (7), but is:"
            + " 1000.0",
        "`{\"full_attention\": {}}` | rope_parameters.full_attention must be one value for all"
            + " layers, but is: {}",
      })
  void read_contradictingRopeFields_namesBothAndTheirValues(String parameters, String message) {
    Path file =
        Fixtures.edit(
            copy("llama"), json -> json.add("rope_parameters", JsonParser.parseString(parameters)));
    assertThatThrownBy(() -> ModelConfig.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "mistral-window | `[\"sliding_attention\", \"full_attention\"]` | must be"
            + " \"sliding_attention\" for every layer, because sliding_window is 6",
        "mistral | `[\"sliding_attention\"]` | must be \"full_attention\" for every layer, because"
            + " there is no sliding_window",
        "llama | `[\"sliding_attention\"]` | must be \"full_attention\" for every layer, because"
            + " there is no sliding_window",
        "mistral | `7` | must be an array",
      })
  void read_layerTypesAgainstTheWindow_saysSo(String checkpoint, String types, String rule) {
    Path file =
        Fixtures.edit(
            copy(checkpoint), json -> json.add("layer_types", JsonParser.parseString(types)));
    assertThatThrownBy(() -> ModelConfig.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            file + ": layer_types " + rule + ", but is: " + types.replace("\", \"", "\",\""));
  }

  @Test
  void read_oneLabelByNumberAndTwoByName_saysSo() {
    Path file =
        Fixtures.edit(
            copy("reward"),
            json -> {
              json.addProperty("num_labels", 1);
              json.add("id2label", JsonParser.parseString("{\"0\": \"a\", \"1\": \"b\"}"));
            });
    assertThatThrownBy(() -> ModelConfig.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            file
                + ": id2label must hold one label for a reward model, but is:"
                + " {\"0\":\"a\",\"1\":\"b\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": 1            | must be well-formed JSON, but is not: line 1, column 8: it ends too early",
        "{'a': 1}             | must be well-formed JSON, but is not: ",
        "{\"a\": NaN}         | must be well-formed JSON, but is not: ",
        "{\"a\": 1} 2         | must be well-formed JSON, but is not: ",
        "[1, 2]               | must hold a JSON object, but holds: [1,2]",
        "{\"a\": 1, \"a\": 2} | $.a must occur once, but occurs twice",
        "{\"a\": 1e99999999999} | must be well-formed JSON, but is not: ",
      })
  void read_badJson_saysWhatIsWrong(String text, String message) {
    Path file =
        Fixtures.write(folder.resolve("config.json"), text.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> ModelConfig.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": " + message);
  }

  @Test
  void read_deeplyNested_isAnErrorAndNoStackOverflow() {
    Path file =
        Fixtures.write(
            folder.resolve("config.json"),
            ("{\"a\": " + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> ModelConfig.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(
            file
                + ": must be well-formed JSON, but is not: line 1, column 262: nesting limit 255"
                + " reached, near: [[");
  }

  @Test
  void read_notUtf8_saysSo() {
    Path file = Fixtures.write(folder.resolve("config.json"), new byte[] {'{', (byte) 0xff, '}'});
    assertThatThrownBy(() -> ModelConfig.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": must be UTF-8 text, but is not");
  }

  @Test
  void read_noFile_saysSo() {
    Path file = folder.resolve("config.json");
    assertThatThrownBy(() -> ModelConfig.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": must be a file, but does not exist");
    assertThatThrownBy(() -> ModelConfig.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(folder + ": must be a file, but is a folder");
  }

  private Path edited(String field, String value) {
    Path file =
        Fixtures.edit(copy("mistral"), json -> json.add(field, JsonParser.parseString(value)));
    assertThat(file).exists();
    return file;
  }

  private Path copy(String name) {
    Path to = folder.resolve("config.json");
    String text = Fixtures.json(Fixtures.checkpoint(name).resolve("config.json")).toString();
    return Fixtures.write(to, text.getBytes(StandardCharsets.UTF_8));
  }
}
