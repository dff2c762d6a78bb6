package io.github.tess2.runtime.checkpoint;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * LLaDA (arXiv 2502.09992): Llama's decoder with attention in both directions, under OLMo's field
 * and tensor names. Its configuration class can describe many other decoders; those are refused.
 * Missing fields have the class's defaults. Most of the fields that choose the decoder have
 * defaults that differ from Llama's.
 */
@AutoService(ModelFamily.class)
public final class LladaFamily implements ModelFamily {
  /** The values of those fields for Llama's decoder. */
  private static final Map<String, String> WORDS =
      Map.of("block_type", "llama", "activation_type", "silu", "layer_norm_type", "rms");

  /**
   * Fields that change the computation in ways that are not supported. All are false if missing.
   */
  private static final List<String> MUST_BE_FALSE =
      List.of(
          "alibi",
          "attention_layer_norm",
          "bias_for_layer_norm",
          "include_bias",
          "input_emb_norm",
          "scale_logits");

  private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)");

  private static final Map<String, String> IN_LAYER =
      Map.of(
          "input_layernorm", "attn_norm",
          "self_attn.q_proj", "q_proj",
          "self_attn.k_proj", "k_proj",
          "self_attn.v_proj", "v_proj",
          "self_attn.o_proj", "attn_out",
          "post_attention_layernorm", "ff_norm",
          "mlp.gate_proj", "ff_proj",
          "mlp.up_proj", "up_proj",
          "mlp.down_proj", "ff_out");

  private static final Map<String, String> OUTSIDE =
      Map.of("model.embed_tokens", "wte", "model.norm", "ln_f", "lm_head", "ff_out");

  @Override
  public String modelType() {
    return "llada";
  }

  @Override
  public ModelConfig read(JsonFields fields) {
    DecoderFields decoder = new DecoderFields(fields);
    decoder.requireClass("LLaDAModelLM");
    decoder.rejectQuantized();
    rejectOtherDecoders(fields);
    int width = fields.integer("d_model");
    int heads = fields.integer("n_heads");
    int vocabulary = fields.integer("vocab_size");
    return ModelConfig.builder(this)
        .vocabularySize(fields.integer("embedding_size", vocabulary))
        .hiddenSize(width)
        .intermediateSize(fields.integer("mlp_hidden_size", fields.integer("mlp_ratio", 4) * width))
        .layers(fields.integer("n_layers"))
        .heads(heads)
        .keyValueHeads(keyValueHeads(fields, heads))
        .headDimension(decoder.headDimension("n_heads", "d_model"))
        .normEpsilon(fields.number("rms_norm_eps", 1e-5))
        .maxPositions(fields.integer("max_sequence_length", 1024))
        .ropeTheta(fields.number("rope_theta", 10_000))
        .tiedHead(fields.bool("weight_tying", true))
        .bosId(decoder.optionalToken("bos_token_id"))
        .eosIds(decoder.tokens("eos_token_id"))
        .padId(decoder.optionalToken("pad_token_id"))
        .attentionBias(fields.bool("include_qkv_bias", false))
        .masked(
            Optional.of(new MaskedConfig(fields.integer("mask_token_id"), false, "low-confidence")))
        .build();
  }

  private static void rejectOtherDecoders(JsonFields fields) {
    WORDS.forEach(
        (field, word) -> {
          if (!fields.requiredText(field).equals(word)) {
            throw fields.wrong(field, "must be \"" + word + '"');
          }
        });
    if (!fields.bool("rope")) {
      throw fields.wrong("rope", "must be true");
    }
    if (!fields.bool("layer_norm_with_affine", true)) {
      throw fields.wrong("layer_norm_with_affine", "must be true");
    }
    if (fields.integer("block_group_size", 1) != 1) {
      throw fields.wrong("block_group_size", "must be 1");
    }
    MUST_BE_FALSE.forEach(fields::requireFalse);
  }

  private static int keyValueHeads(JsonFields fields, int heads) {
    if (fields.isSet("n_kv_heads")) {
      return fields.integer("n_kv_heads");
    }
    return fields.bool("multi_query_attention", false) ? 1 : heads;
  }

  @Override
  public String stored(String name) {
    int dot = name.lastIndexOf('.');
    String module = dot < 0 ? name : name.substring(0, dot);
    String kind = name.substring(module.length());
    Matcher layer = LAYER.matcher(module);
    if (layer.matches() && IN_LAYER.containsKey(layer.group(2))) {
      String own = IN_LAYER.get(layer.group(2));
      return "model.transformer.blocks." + layer.group(1) + '.' + own + kind;
    }
    return OUTSIDE.containsKey(module) ? "model.transformer." + OUTSIDE.get(module) + kind : name;
  }

  @Override
  public boolean hasOwnTemplate() {
    return true;
  }

  /** The end of a turn in a chat. */
  @Override
  public List<String> ends() {
    return List.of("<|eot_id|>");
  }
}
