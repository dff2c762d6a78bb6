package io.github.tess2.runtime.checkpoint;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Dream (arXiv 2508.15487): Qwen2's decoder with attention in both directions, biases on queries,
 * keys and values, and Qwen2's own shift of the logits. Missing fields have the defaults of the
 * published configuration class.
 */
@AutoService(ModelFamily.class)
public final class DreamFamily implements ModelFamily {
  private static final int DEFAULT_MASK = 151_666;
  private static final int DEFAULT_POSITIONS = 32_768;

  @Override
  public String modelType() {
    return "Dream";
  }

  @Override
  public ModelConfig read(JsonFields fields) {
    DecoderFields decoder = new DecoderFields(fields);
    decoder.requireClass("DreamModel");
    decoder.rejectQuantized();
    decoder.requireSilu("hidden_act");
    fields.requireFalse("use_sliding_window");
    decoder.requireLayerTypes(OptionalInt.empty());
    int heads = fields.integer("num_attention_heads");
    RopeFields rope = new RopeFields(fields);
    int mask = fields.integer("mask_token_id", DEFAULT_MASK);
    return ModelConfig.builder(this)
        .vocabularySize(fields.integer("vocab_size"))
        .hiddenSize(fields.integer("hidden_size"))
        .intermediateSize(fields.integer("intermediate_size"))
        .layers(fields.integer("num_hidden_layers"))
        .heads(heads)
        .keyValueHeads(fields.integer("num_key_value_heads", heads))
        .headDimension(decoder.headDimension("num_attention_heads", "hidden_size"))
        .normEpsilon(fields.number("rms_norm_eps", 1e-6))
        .maxPositions(fields.integer("max_position_embeddings", DEFAULT_POSITIONS))
        .ropeTheta(rope.theta())
        .ropeScaling(rope.scaling())
        .tiedHead(fields.bool("tie_word_embeddings", false))
        .bosId(decoder.optionalToken("bos_token_id"))
        .eosIds(decoder.tokens("eos_token_id"))
        .padId(decoder.optionalToken("pad_token_id"))
        .attentionBias(true)
        .masked(Optional.of(new MaskedConfig(mask, true, "entropy")))
        .build();
  }

  @Override
  public boolean hasOwnTemplate() {
    return true;
  }

  /** The end of a turn, which ends an answer in Qwen2's chats. */
  @Override
  public List<String> ends() {
    return List.of("<|im_end|>");
  }
}
