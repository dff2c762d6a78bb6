package io.github.tess2.runtime.training;

import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.training.Parameter.Kind;
import io.github.tess2.runtime.training.Parameter.Part;
import java.util.ArrayList;
import java.util.List;

/** The parameters of a model in the order of the graph's training.py. */
final class ParameterLayout {
  static final String TIME = "timestep_embed.weight";
  static final String SCORE = "score.weight";

  private ParameterLayout() {}

  static List<Parameter> of(ModelConfig config) {
    int h = config.hiddenSize();
    int attention = config.heads() * config.headDimension();
    int shared = config.keyValueHeads() * config.headDimension();
    int inner = config.intermediateSize();
    List<Parameter> all = new ArrayList<>();
    all.add(matrix(new Part("model.embed_tokens.weight", config.vocabularySize(), h)));
    for (int i = 0; i < config.layers(); i++) {
      String layer = "model.layers." + i + ".";
      all.add(norm(layer + "input_layernorm.weight", h));
      all.add(
          matrix(
              new Part(layer + "self_attn.q_proj.weight", attention, h),
              new Part(layer + "self_attn.k_proj.weight", shared, h),
              new Part(layer + "self_attn.v_proj.weight", shared, h)));
      all.add(matrix(new Part(layer + "self_attn.o_proj.weight", h, attention)));
      all.add(norm(layer + "post_attention_layernorm.weight", h));
      all.add(
          matrix(
              new Part(layer + "mlp.gate_proj.weight", inner, h),
              new Part(layer + "mlp.up_proj.weight", inner, h)));
      all.add(matrix(new Part(layer + "mlp.down_proj.weight", h, inner)));
    }
    all.add(norm("model.norm.weight", h));
    if (config.isRewardModel()) {
      all.add(matrix(new Part(SCORE, 1, h)));
      return all;
    }
    if (!config.tiedHead()) {
      all.add(matrix(new Part("lm_head.weight", config.vocabularySize(), h)));
    }
    if (config.purpose() == ModelConfig.Purpose.DIFFUSION) {
      all.add(matrix(new Part(TIME, h, 1)));
    }
    return all;
  }

  private static Parameter matrix(Part... parts) {
    return new Parameter(List.of(parts), Kind.MATRIX);
  }

  private static Parameter norm(String name, int width) {
    return new Parameter(List.of(new Part(name, width, 0)), Kind.NORM);
  }
}
