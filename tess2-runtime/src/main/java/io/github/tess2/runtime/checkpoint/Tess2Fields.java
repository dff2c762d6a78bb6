package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.checkpoint.ModelConfig.Purpose;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Reads and writes the {@code config.json} of models made with TESS 2's recipe. Missing fields have
 * the defaults of {@code transformers} 4.57 (Mistral, Llama) or of the released TESS 2 (diffusion).
 * A setting that this library does not support is an error; none is ignored.
 */
final class Tess2Fields {
  /** Fields of the published code that change the computation in ways that are not supported. */
  private static final List<String> MUST_BE_FALSE =
      List.of(
          "attention_bias",
          "mlp_bias",
          "self_condition_mix_logits_before_weights",
          "self_condition_zeros_after_softmax",
          "self_condition_mlp_projection",
          "deepmind_conditional");

  private final JsonFields fields;
  private final DecoderFields decoder;

  Tess2Fields(JsonFields fields) {
    this.fields = fields;
    this.decoder = new DecoderFields(fields);
  }

  int heads() {
    return fields.integer("num_attention_heads");
  }

  /**
   * Reads all fields.
   *
   * @param family the family of the file
   * @param window the sliding window
   * @param keyValueHeads the number of key-value heads if the field is missing
   */
  ModelConfig config(ModelFamily family, OptionalInt window, int keyValueHeads) {
    rejectUnsupported();
    Purpose purpose = purpose();
    decoder.requireLayerTypes(window);
    RopeFields rope = new RopeFields(fields);
    return ModelConfig.builder(family)
        .purpose(purpose)
        .vocabularySize(fields.integer("vocab_size"))
        .hiddenSize(fields.integer("hidden_size"))
        .intermediateSize(fields.integer("intermediate_size"))
        .layers(fields.integer("num_hidden_layers"))
        .heads(heads())
        .keyValueHeads(
            fields.has("num_key_value_heads")
                ? fields.integer("num_key_value_heads", heads())
                : keyValueHeads)
        .headDimension(decoder.headDimension("num_attention_heads", "hidden_size"))
        .normEpsilon(fields.number("rms_norm_eps", 1e-6))
        .maxPositions(fields.integer("max_position_embeddings"))
        .ropeTheta(rope.theta())
        .ropeScaling(rope.scaling())
        .slidingWindow(window)
        .tiedHead(fields.bool("tie_word_embeddings", false))
        .bosId(bosId())
        .eosIds(eosIds())
        .padId(padId())
        .diffusion(diffusion())
        .build();
  }

  private void rejectUnsupported() {
    decoder.requireSilu("hidden_act");
    MUST_BE_FALSE.forEach(fields::requireFalse);
    decoder.rejectQuantized();
    if (fields.number("partial_rotary_factor", 1) != 1) {
      throw fields.wrong(
          "partial_rotary_factor", "must be 1, because rotating part of a head is not supported");
    }
  }

  private Purpose purpose() {
    if (!fields.isSet("architectures")) {
      return Purpose.DIFFUSION;
    }
    String name = decoder.className();
    if (name.endsWith("ForDiffusionLM")) {
      return Purpose.DIFFUSION;
    }
    if (name.endsWith("ForCausalLM") || name.endsWith("ForSeq2SeqLM")) {
      return Purpose.CAUSAL;
    }
    // The published reward code has a class MistralforSequenceClassificationWithPadding.
    if (name.contains("orSequenceClassification")) {
      requireOneScore();
      return Purpose.REWARD;
    }
    throw fields.wrong(
        "architectures",
        "must name a class that ends in ForDiffusionLM, ForCausalLM or ForSequenceClassification");
  }

  private void requireOneScore() {
    if (fields.isSet("num_labels") && fields.integer("num_labels") != 1) {
      throw fields.wrong("num_labels", "must be 1 for a reward model");
    }
    // transformers omits num_labels and writes one name per label; with neither, it assumes 2
    // labels.
    Optional<JsonFields> labels = fields.object("id2label");
    if (labels.isEmpty() && !fields.isSet("num_labels")) {
      throw new CheckpointException(
          fields.source() + ": num_labels must be 1 for a reward model, but is missing");
    }
    if (labels.isPresent() && labels.get().json().size() != 1) {
      throw fields.wrong("id2label", "must hold one label for a reward model");
    }
  }

  /**
   * Null means that the tokenizer's files name the token; if the field is missing, the default
   * counts.
   */
  private OptionalInt bosId() {
    return fields.has("bos_token_id") ? decoder.optionalToken("bos_token_id") : OptionalInt.of(1);
  }

  /** Like the beginning: null means that the tokenizer's files name the token. */
  private List<Integer> eosIds() {
    return fields.has("eos_token_id") ? decoder.tokens("eos_token_id") : List.of(2);
  }

  private OptionalInt padId() {
    int id = fields.integer("pad_token_id", -1);
    return id == -1 ? OptionalInt.empty() : OptionalInt.of(id); // old Llama files say -1 for none
  }

  private DiffusionConfig diffusion() {
    DiffusionConfig tess2 = DiffusionConfig.TESS2;
    String sampling = fields.text("sampling_type").orElse("top_p");
    if (!sampling.equals("top_p")) {
      throw fields.wrong("sampling_type", "must be \"top_p\"");
    }
    return new DiffusionConfig(
        fields.number("simplex_value", tess2.simplexValue()),
        fields.integer("num_diffusion_steps", tess2.trainSteps()),
        fields.text("beta_schedule").orElse(tess2.noiseSchedule()),
        selfConditioning(tess2.selfConditioning()),
        topP(tess2.topP()),
        fields.number("temperature", tess2.temperature()),
        fields.bool("is_causal", tess2.causal()),
        !fields.bool("disable_timestep_embed", !tess2.timestepEmbedding()),
        fields.integer("n_bins", tess2.timeWarpBins()));
  }

  private String selfConditioning(String fallback) {
    if (!fields.has("self_condition")) {
      return fallback;
    }
    String mode = fields.text("self_condition").orElse("none");
    // The published code would then compute the prediction but never use it. An error is better.
    if (!mode.equals("none") && !fields.bool("self_condition_mix_before_weights", true)) {
      throw fields.wrong(
          "self_condition_mix_before_weights",
          "must be true if self_condition is set (\"" + mode + "\")");
    }
    return mode;
  }

  private OptionalDouble topP(OptionalDouble fallback) {
    if (!fields.has("top_p")) {
      return fallback;
    }
    return fields.isSet("top_p")
        ? OptionalDouble.of(fields.number("top_p"))
        : OptionalDouble.empty();
  }

  /**
   * Adds the fields that the files of these models share.
   *
   * @param json the file so far
   * @param config the configuration that is written
   * @param family the beginning of the class name
   */
  static void write(JsonObject json, ModelConfig config, String family) {
    json.getAsJsonArray("architectures").add(family + ModelFamily.classSuffix(config.purpose()));
    DiffusionConfig diffusion = config.diffusion();
    boolean diffuses = config.purpose() == Purpose.DIFFUSION;
    if (diffuses || !diffusion.equals(DiffusionConfig.TESS2)) {
      write(json, diffusion);
    }
    // For a model that is not a diffusion model, false would make transformers attend in both
    // directions.
    if (diffuses || diffusion.causal()) {
      json.addProperty("is_causal", diffusion.causal());
    }
  }

  private static void write(JsonObject json, DiffusionConfig diffusion) {
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
