package io.github.tess2.runtime.checkpoint;

import io.github.tess2.runtime.checkpoint.ModelWeight.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The weights of a model: their names in checkpoints, their shapes, and the order in which the
 * graph's {@code layout.py} and {@code training.py} expect them. The names are Llama's; a {@link
 * ModelFamily} maps them to those in its files.
 */
public final class WeightLayout {
  /** The timestep embedding of a diffusion model. */
  public static final String TIME = "timestep_embed.weight";

  /** The head of a reward model. */
  public static final String SCORE = "score.weight";

  private final ModelConfig config;

  /**
   * Describes a model.
   *
   * @param config its configuration
   */
  public WeightLayout(ModelConfig config) {
    this.config = config;
  }

  /**
   * The weights of a layer, in the graph's order.
   *
   * @param inputNorm the norm before attention
   * @param queryKeyValue the matrices of queries, keys and values, joined
   * @param queryKeyValueBias their bias, if the model has one; the graph has it after all weights
   * @param output the output matrix of attention
   * @param postNorm the norm before the feed-forward network
   * @param gateUp the matrices of the gate and the up projection, joined
   * @param down the down projection
   */
  public record Layer(
      ModelWeight inputNorm,
      ModelWeight queryKeyValue,
      Optional<ModelWeight> queryKeyValueBias,
      ModelWeight output,
      ModelWeight postNorm,
      ModelWeight gateUp,
      ModelWeight down) {
    /** {@return all weights except the bias} */
    public List<ModelWeight> weights() {
      return List.of(inputNorm, queryKeyValue, output, postNorm, gateUp, down);
    }
  }

  /** {@return the token embedding} */
  public ModelWeight embedding() {
    return ModelWeight.matrix(
        new Source("model.embed_tokens.weight", config.vocabularySize(), config.hiddenSize()));
  }

  /** {@return the layers} */
  public List<Layer> layers() {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      layers.add(layer("model.layers." + i + "."));
    }
    return layers;
  }

  private Layer layer(String prefix) {
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    int queries = config.heads() * config.headDimension();
    int keys = config.keyValueHeads() * config.headDimension();
    String attention = prefix + "self_attn.";
    String feedForward = prefix + "mlp.";
    return new Layer(
        ModelWeight.norm(prefix + "input_layernorm.weight", hidden),
        ModelWeight.matrix(
            new Source(attention + "q_proj.weight", queries, hidden),
            new Source(attention + "k_proj.weight", keys, hidden),
            new Source(attention + "v_proj.weight", keys, hidden)),
        config.attentionBias()
            ? Optional.of(
                ModelWeight.bias(
                    new Source(attention + "q_proj.bias", queries, 0),
                    new Source(attention + "k_proj.bias", keys, 0),
                    new Source(attention + "v_proj.bias", keys, 0)))
            : Optional.empty(),
        ModelWeight.matrix(new Source(attention + "o_proj.weight", hidden, queries)),
        ModelWeight.norm(prefix + "post_attention_layernorm.weight", hidden),
        ModelWeight.matrix(
            new Source(feedForward + "gate_proj.weight", inner, hidden),
            new Source(feedForward + "up_proj.weight", inner, hidden)),
        ModelWeight.matrix(new Source(feedForward + "down_proj.weight", hidden, inner)));
  }

  /** {@return the norm after the last layer} */
  public ModelWeight finalNorm() {
    return ModelWeight.norm("model.norm.weight", config.hiddenSize());
  }

  /** {@return the head of a language model; it may be tied to the embedding} */
  public ModelWeight head() {
    return ModelWeight.matrix(
        new Source("lm_head.weight", config.vocabularySize(), config.hiddenSize()));
  }

  /** {@return the timestep embedding of a diffusion model} */
  public ModelWeight time() {
    return ModelWeight.matrix(new Source(TIME, config.hiddenSize(), 1));
  }

  /** {@return the head of a reward model} */
  public ModelWeight score() {
    return ModelWeight.matrix(new Source(SCORE, 1, config.hiddenSize()));
  }

  /** {@return all weights that training computes with, in the order of {@code training.py}} */
  public List<ModelWeight> trainable() {
    List<ModelWeight> all = new ArrayList<>();
    all.add(embedding());
    layers().forEach(layer -> all.addAll(layer.weights()));
    all.add(finalNorm());
    if (config.isRewardModel()) {
      all.add(score());
      return all;
    }
    if (!config.tiedHead()) {
      all.add(head());
    }
    if (config.purpose() == ModelConfig.Purpose.DIFFUSION) {
      all.add(time());
    }
    return all;
  }
}
