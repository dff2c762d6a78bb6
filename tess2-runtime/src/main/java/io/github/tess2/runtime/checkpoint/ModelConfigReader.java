package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.checkpoint.ModelConfig.Architecture;
import io.github.tess2.runtime.checkpoint.ModelConfig.Purpose;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Reads {@code config.json}. What the file leaves out has the default of {@code transformers} 4.57
 * (Mistral, Llama) or of the released TESS 2 (diffusion); what this library does not compute is an
 * error, never ignored.
 */
final class ModelConfigReader {
  private static final long MAX_BYTES = 16 << 20;
  private static final int MISTRAL_WINDOW = 4096;

  /** Fields of the published code that change what is computed, and that nothing here computes. */
  private static final List<String> MUST_BE_FALSE =
      List.of(
          "attention_bias",
          "mlp_bias",
          "self_condition_mix_logits_before_weights",
          "self_condition_zeros_after_softmax",
          "self_condition_mlp_projection",
          "deepmind_conditional");

  private final JsonFields fields;

  private ModelConfigReader(JsonFields fields) {
    this.fields = fields;
  }

  static ModelConfig read(Path file) {
    JsonFields fields = new JsonFields(file.toString(), StrictJson.read(file, MAX_BYTES));
    try {
      return new ModelConfigReader(fields).config();
    } catch (IllegalArgumentException e) {
      // The records' own checks know the field and the value, and here is the file.
      throw new CheckpointException(fields.source() + ": " + e.getMessage(), e);
    }
  }

  private ModelConfig config() {
    Architecture architecture = architecture();
    rejectUnsupported();
    Purpose purpose = purpose();
    int heads = fields.integer("num_attention_heads");
    RopeFields rope = new RopeFields(fields);
    return new ModelConfig(
        architecture,
        purpose,
        fields.integer("vocab_size"),
        fields.integer("hidden_size"),
        fields.integer("intermediate_size"),
        fields.integer("num_hidden_layers"),
        heads,
        keyValueHeads(architecture, heads),
        headDimension(heads),
        fields.number("rms_norm_eps", 1e-6),
        fields.integer("max_position_embeddings"),
        rope.theta(),
        rope.scaling(),
        slidingWindow(architecture),
        fields.bool("tie_word_embeddings", false),
        bosId(),
        eosIds(),
        padId(),
        diffusion());
  }

  private Architecture architecture() {
    String type = fields.text("model_type").orElse("");
    return switch (type) {
      case "mistral" -> Architecture.MISTRAL;
      case "llama" -> Architecture.LLAMA;
      case "" -> {
        fields.required("model_type");
        throw fields.wrong("model_type", "must be \"mistral\" or \"llama\"");
      }
      default -> throw fields.wrong("model_type", "must be \"mistral\" or \"llama\"");
    };
  }

  private void rejectUnsupported() {
    String activation = fields.text("hidden_act").orElse("silu");
    if (!activation.equals("silu")) {
      throw fields.wrong("hidden_act", "must be \"silu\"");
    }
    for (String field : MUST_BE_FALSE) {
      if (fields.bool(field, false)) {
        throw fields.wrong(field, "must be false, since true is not supported");
      }
    }
    if (fields.isSet("quantization_config")) {
      throw fields.wrong(
          "quantization_config", "must not be there, since quantized weights are not supported");
    }
    if (fields.number("partial_rotary_factor", 1) != 1) {
      throw fields.wrong(
          "partial_rotary_factor", "must be 1, since part of a head is not supported");
    }
  }

  private Purpose purpose() {
    if (!fields.isSet("architectures")) {
      return Purpose.DIFFUSION;
    }
    JsonElement names = fields.required("architectures");
    if (!names.isJsonArray()
        || names.getAsJsonArray().size() != 1
        || !names.getAsJsonArray().get(0).isJsonPrimitive()) {
      throw fields.wrong("architectures", "must be an array with one class name");
    }
    String name = names.getAsJsonArray().get(0).getAsString();
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
    // transformers leaves num_labels out and writes one name per label; with neither it assumes 2.
    Optional<JsonFields> labels = fields.object("id2label");
    if (labels.isEmpty() && !fields.isSet("num_labels")) {
      throw new CheckpointException(
          fields.source() + ": num_labels must be 1 for a reward model, but is missing");
    }
    if (labels.isPresent() && labels.get().json().size() != 1) {
      throw fields.wrong("id2label", "must hold one label for a reward model");
    }
  }

  private int keyValueHeads(Architecture architecture, int heads) {
    if (!fields.has("num_key_value_heads") && architecture == Architecture.MISTRAL) {
      return 8;
    }
    return fields.integer("num_key_value_heads", heads);
  }

  private int headDimension(int heads) {
    if (fields.isSet("head_dim")) {
      return fields.integer("head_dim");
    }
    int hidden = fields.integer("hidden_size");
    if (heads < 1 || hidden % heads != 0) {
      throw fields.wrong(
          "num_attention_heads",
          "must divide hidden_size (" + hidden + ") where head_dim is not set");
    }
    return hidden / heads;
  }

  private OptionalInt slidingWindow(Architecture architecture) {
    OptionalInt window = window(architecture);
    requireLayerTypes(window);
    return window;
  }

  private OptionalInt window(Architecture architecture) {
    if (architecture == Architecture.LLAMA) {
      return OptionalInt.empty(); // Llama has none, and transformers does not read the field
    }
    if (!fields.has("sliding_window")) {
      return OptionalInt.of(MISTRAL_WINDOW);
    }
    return fields.isSet("sliding_window")
        ? OptionalInt.of(fields.integer("sliding_window"))
        : OptionalInt.empty();
  }

  /** Newer files repeat there, layer by layer, what {@code sliding_window} says for all. */
  private void requireLayerTypes(OptionalInt window) {
    if (!fields.isSet("layer_types")) {
      return;
    }
    String type = window.isPresent() ? "sliding_attention" : "full_attention";
    JsonElement types = fields.required("layer_types");
    if (!types.isJsonArray()) {
      throw fields.wrong("layer_types", "must be an array");
    }
    for (JsonElement item : types.getAsJsonArray()) {
      if (!item.equals(new JsonPrimitive(type))) {
        throw fields.wrong(
            "layer_types",
            "must be \""
                + type
                + "\" for every layer, since "
                + (window.isPresent()
                    ? "sliding_window is " + window.getAsInt()
                    : "there is no sliding_window"));
      }
    }
  }

  /** Null says that the tokenizer's files name the token; left out, the default counts. */
  private OptionalInt bosId() {
    if (!fields.has("bos_token_id")) {
      return OptionalInt.of(1);
    }
    return fields.isSet("bos_token_id")
        ? OptionalInt.of(fields.integer("bos_token_id"))
        : OptionalInt.empty();
  }

  /** As for the beginning: null says that the tokenizer's files name the token. */
  private List<Integer> eosIds() {
    if (!fields.has("eos_token_id")) {
      return List.of(2);
    }
    if (!fields.isSet("eos_token_id")) {
      return List.of();
    }
    JsonElement value = fields.required("eos_token_id");
    List<Integer> ids = new ArrayList<>();
    if (value.isJsonArray()) {
      for (JsonElement item : value.getAsJsonArray()) {
        ids.add((int) fields.whole("eos_token_id", item, 0, Integer.MAX_VALUE));
      }
    } else {
      ids.add(fields.integer("eos_token_id"));
    }
    if (ids.isEmpty()) {
      throw fields.wrong("eos_token_id", "must hold at least one id");
    }
    return ids;
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
    // The published code never uses the prediction then, though it computes it: say so instead.
    if (!mode.equals("none") && !fields.bool("self_condition_mix_before_weights", true)) {
      throw fields.wrong(
          "self_condition_mix_before_weights",
          "must be true where self_condition is set (\"" + mode + "\")");
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
}
