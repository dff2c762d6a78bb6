package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.OptionalInt;

/** Writes {@code config.json} so that {@link ModelConfig#read} and {@code transformers} read it. */
final class ModelConfigWriter {
  private ModelConfigWriter() {}

  static JsonObject json(ModelConfig config) {
    JsonObject json = new JsonObject();
    json.add("architectures", new JsonArray());
    json.addProperty("model_type", config.family().modelType());
    json.addProperty("vocab_size", config.vocabularySize());
    json.addProperty("hidden_size", config.hiddenSize());
    json.addProperty("intermediate_size", config.intermediateSize());
    json.addProperty("num_hidden_layers", config.layers());
    json.addProperty("num_attention_heads", config.heads());
    json.addProperty("num_key_value_heads", config.keyValueHeads());
    json.addProperty("head_dim", config.headDimension());
    json.addProperty("hidden_act", "silu");
    json.addProperty("rms_norm_eps", config.normEpsilon());
    json.addProperty("max_position_embeddings", config.maxPositions());
    json.addProperty("rope_theta", config.ropeTheta());
    json.add("rope_scaling", rope(config.ropeScaling()));
    json.addProperty("tie_word_embeddings", config.tiedHead());
    json.add("bos_token_id", optional(config.bosId()));
    json.add("eos_token_id", ids(config.eosIds()));
    json.add("pad_token_id", optional(config.padId()));
    if (config.isRewardModel()) {
      // This also makes transformers build a head with one score.
      json.addProperty("num_labels", 1);
    }
    config.family().write(json, config);
    return json;
  }

  private static JsonElement rope(RopeScaling scaling) {
    JsonObject json = new JsonObject();
    if (scaling instanceof RopeScaling.Linear linear) {
      json.addProperty("rope_type", "linear");
      json.addProperty("factor", linear.factor());
      return json;
    }
    if (scaling instanceof RopeScaling.Llama3 llama3) {
      json.addProperty("rope_type", "llama3");
      json.addProperty("factor", llama3.factor());
      json.addProperty("low_freq_factor", llama3.lowFrequencyFactor());
      json.addProperty("high_freq_factor", llama3.highFrequencyFactor());
      json.addProperty("original_max_position_embeddings", llama3.originalMaxPositions());
      return json;
    }
    return JsonNull.INSTANCE;
  }

  private static JsonElement ids(List<Integer> ids) {
    if (ids.isEmpty()) {
      return JsonNull.INSTANCE;
    }
    if (ids.size() == 1) {
      return new JsonPrimitive(ids.get(0));
    }
    JsonArray array = new JsonArray();
    ids.forEach(array::add);
    return array;
  }

  static JsonElement optional(OptionalInt value) {
    return value.isPresent() ? new JsonPrimitive(value.getAsInt()) : JsonNull.INSTANCE;
  }
}
