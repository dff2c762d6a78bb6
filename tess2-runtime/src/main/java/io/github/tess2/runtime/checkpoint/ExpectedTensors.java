package io.github.tess2.runtime.checkpoint;

import io.github.tess2.CheckpointException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The tensors a model of some configuration has, and the check that a folder has just those. */
final class ExpectedTensors {
  static final String TIME_WARP_T = "cdf.l_t";
  static final String TIME_WARP_U = "cdf.l_u";

  /** Buffers that old versions of transformers saved and everybody computes afresh. */
  private static final Pattern COMPUTED =
      Pattern.compile("model\\.(layers\\.\\d+\\.self_attn\\.)?rotary_emb\\.inv_freq");

  private static final int LISTED = 3;

  private final String model;
  private final ModelFamily family;
  private final Map<String, long[]> required = new LinkedHashMap<>();
  private final Map<String, long[]> allowed = new LinkedHashMap<>();

  private ExpectedTensors(String model, ModelConfig config) {
    this.model = model;
    this.family = config.family();
    backbone(config);
  }

  /** Backbone, head, timestep embedding where the configuration has one; a time warp or none. */
  static ExpectedTensors diffusion(ModelConfig config) {
    ExpectedTensors expected = new ExpectedTensors("a diffusion model", config);
    expected.head(config);
    if (config.diffusion().timestepEmbedding()) {
      expected.require("timestep_embed.weight", config.hiddenSize(), 1);
    }
    expected.allowed.put(TIME_WARP_T, new long[] {config.diffusion().timeWarpBins()});
    expected.allowed.put(TIME_WARP_U, new long[] {config.diffusion().timeWarpBins()});
    return expected;
  }

  /** Backbone and head of a model that diffuses by masking. */
  static ExpectedTensors masked(ModelConfig config) {
    ExpectedTensors expected = new ExpectedTensors("a masked diffusion model", config);
    expected.head(config);
    return expected;
  }

  /** Backbone and head. */
  static ExpectedTensors causal(ModelConfig config) {
    ExpectedTensors expected = new ExpectedTensors("a causal language model", config);
    expected.head(config);
    return expected;
  }

  /** Backbone and score. */
  static ExpectedTensors reward(ModelConfig config) {
    ExpectedTensors expected = new ExpectedTensors("a reward model", config);
    expected.require("score.weight", 1, config.hiddenSize());
    return expected;
  }

  private void backbone(ModelConfig config) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    long queries = (long) config.heads() * config.headDimension();
    long keys = (long) config.keyValueHeads() * config.headDimension();
    require("model.embed_tokens.weight", config.vocabularySize(), hidden);
    for (int i = 0; i < config.layers(); i++) {
      String layer = "model.layers." + i + ".";
      require(layer + "input_layernorm.weight", hidden);
      require(layer + "self_attn.q_proj.weight", queries, hidden);
      require(layer + "self_attn.k_proj.weight", keys, hidden);
      require(layer + "self_attn.v_proj.weight", keys, hidden);
      if (config.attentionBias()) {
        require(layer + "self_attn.q_proj.bias", queries);
        require(layer + "self_attn.k_proj.bias", keys);
        require(layer + "self_attn.v_proj.bias", keys);
      }
      require(layer + "self_attn.o_proj.weight", hidden, queries);
      require(layer + "post_attention_layernorm.weight", hidden);
      require(layer + "mlp.gate_proj.weight", inner, hidden);
      require(layer + "mlp.up_proj.weight", inner, hidden);
      require(layer + "mlp.down_proj.weight", hidden, inner);
    }
    require("model.norm.weight", hidden);
  }

  private void head(ModelConfig config) {
    long[] shape = {config.vocabularySize(), config.hiddenSize()};
    // A tied head may be in the file all the same; the embedding is what counts then.
    (config.tiedHead() ? allowed : required).put(family.stored("lm_head.weight"), shape);
  }

  private void require(String name, long... shape) {
    required.put(family.stored(name), shape);
  }

  /**
   * Checks a folder's tensors.
   *
   * @param folder what the messages call the folder
   * @param files the tensors by name
   * @throws CheckpointException where a tensor is missing, surplus, of another shape or of a type
   *     that weights do not have
   */
  void check(String folder, Map<String, StoredTensor> files) {
    List<String> missing = new ArrayList<>(required.keySet());
    missing.removeIf(files::containsKey);
    if (!missing.isEmpty()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: must hold the %d tensors of %s of its config.json, but lacks %s",
              folder,
              required.size(),
              model,
              listed(missing)));
    }
    List<String> surplus = new ArrayList<>(files.keySet());
    surplus.removeIf(
        name ->
            required.containsKey(name)
                || allowed.containsKey(name)
                || COMPUTED.matcher(name).matches());
    if (!surplus.isEmpty()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: must hold only the tensors of %s of its config.json, but also holds %s",
              folder,
              model,
              listed(surplus)));
    }
    requireWholeTimeWarp(folder, files);
    required.forEach((name, shape) -> checkOne(name, shape, files.get(name)));
    allowed.forEach((name, shape) -> checkOne(name, shape, files.get(name)));
  }

  private static void requireWholeTimeWarp(String folder, Map<String, StoredTensor> files) {
    boolean hasT = files.containsKey(TIME_WARP_T);
    if (hasT != files.containsKey(TIME_WARP_U)) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: must hold both %s and %s or neither, but holds only: %s",
              folder,
              TIME_WARP_T,
              TIME_WARP_U,
              hasT ? TIME_WARP_T : TIME_WARP_U));
    }
  }

  private static void checkOne(String name, long[] shape, @Nullable StoredTensor tensor) {
    if (tensor == null) {
      return;
    }
    TensorInfo info = tensor.info();
    if (!Arrays.equals(info.shape(), shape)) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: tensor %s must have the shape %s, by config.json, but has: %s",
              tensor.file().path(),
              name,
              Arrays.toString(shape),
              Arrays.toString(info.shape())));
    }
    if (!info.dtype().isWeight()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: tensor %s must be F32, F16 or BF16, but is: %s",
              tensor.file().path(),
              name,
              info.dtype()));
    }
  }

  private static String listed(List<String> names) {
    String few = String.join(", ", names.subList(0, Math.min(LISTED, names.size())));
    int rest = names.size() - LISTED;
    return names.size() + ": " + few + (rest > 0 ? " and " + rest + " more" : "");
  }
}
