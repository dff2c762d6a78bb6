package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.tess2.runtime.checkpoint.ModelConfig.Architecture;
import io.github.tess2.runtime.checkpoint.ModelConfig.Purpose;
import java.util.List;
import java.util.OptionalInt;

/**
 * Writes {@code config.json} so that {@link ModelConfigReader} and {@code transformers} read it.
 */
final class ModelConfigWriter {
  private ModelConfigWriter() {}

  static JsonObject json(ModelConfig config) {
    JsonObject json = new JsonObject();
    boolean mistral = config.architecture() == Architecture.MISTRAL;
    JsonArray classes = new JsonArray();
    classes.add((mistral ? "Mistral" : "Llama") + suffix(config));
    json.add("architectures", classes);
    json.addProperty("model_type", mistral ? "mistral" : "llama");
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
    if (mistral) {
      json.add("sliding_window", optional(config.slidingWindow()));
    }
    json.add("bos_token_id", optional(config.bosId()));
    json.add("eos_token_id", ids(config.eosIds()));
    json.add("pad_token_id", optional(config.padId()));
    if (config.isRewardModel()) {
      // Also what makes transformers build a head of one score.
      json.addProperty("num_labels", 1);
    }
    boolean diffuses = config.purpose() == Purpose.DIFFUSION;
    if (diffuses || !config.diffusion().equals(DiffusionConfig.TESS2)) {
      diffusion(json, config.diffusion());
    }
    // On a model that does not diffuse false would have transformers look both ways.
    if (diffuses || config.diffusion().causal()) {
      json.addProperty("is_causal", config.diffusion().causal());
    }
    return json;
  }

  private static String suffix(ModelConfig config) {
    return switch (config.purpose()) {
      case DIFFUSION -> "ForDiffusionLM";
      case CAUSAL -> "ForCausalLM";
      case REWARD -> "ForSequenceClassification";
    };
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

  private static JsonElement optional(OptionalInt value) {
    return value.isPresent() ? new JsonPrimitive(value.getAsInt()) : JsonNull.INSTANCE;
  }

  private static void diffusion(JsonObject json, DiffusionConfig diffusion) {
    json.addProperty("simplex_value", diffusion.simplexValue());
    json.addProperty("num_diffusion_steps", diffusion.trainSteps());
    json.addProperty("beta_schedule", diffusion.noiseSchedule());
    json.add(
        "self_condition",
        diffusion.selfConditioned()
            ? new JsonPrimitive(diffusion.selfConditioning())
            : JsonNull.INSTANCE);
    json.addProperty("self_condition_mix_before_weights", diffusion.selfConditioned());
    json.addProperty("sampling_type", "top_p");
    json.add(
        "top_p",
        diffusion.topP().isPresent()
            ? new JsonPrimitive(diffusion.topP().getAsDouble())
            : JsonNull.INSTANCE);
    json.addProperty("temperature", diffusion.temperature());
    json.addProperty("disable_timestep_embed", !diffusion.timestepEmbedding());
    json.addProperty("n_bins", diffusion.timeWarpBins());
  }
}
