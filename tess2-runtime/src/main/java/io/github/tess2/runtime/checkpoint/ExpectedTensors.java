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

/**
 * The tensors of a model with a given configuration, and the check that a folder has exactly those.
 */
final class ExpectedTensors {
  static final String TIME_WARP_T = "cdf.l_t";
  static final String TIME_WARP_U = "cdf.l_u";

  /** Buffers that old versions of transformers saved, and that are always computed again. */
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
    backbone(new WeightLayout(config));
  }

  /**
   * Backbone, head, timestep embedding if the configuration has one, and optionally a time warp.
   */
  static ExpectedTensors diffusion(ModelConfig config) {
    ExpectedTensors expected = new ExpectedTensors("a diffusion model", config);
    expected.head(config);
    if (config.diffusion().timestepEmbedding()) {
      expected.require(new WeightLayout(config).time());
    }
    expected.allowed.put(TIME_WARP_T, new long[] {config.diffusion().timeWarpBins()});
    expected.allowed.put(TIME_WARP_U, new long[] {config.diffusion().timeWarpBins()});
    return expected;
  }

  /** Backbone and head of a masked diffusion model. */
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
    expected.require(new WeightLayout(config).score());
    return expected;
  }

  private void backbone(WeightLayout layout) {
    require(layout.embedding());
    for (WeightLayout.Layer layer : layout.layers()) {
      require(layer.inputNorm());
      require(layer.queryKeyValue());
      layer.queryKeyValueBias().ifPresent(this::require);
      require(layer.output());
      require(layer.postNorm());
      require(layer.gateUp());
      require(layer.down());
    }
    require(layout.finalNorm());
  }

  private void head(ModelConfig config) {
    // A tied head may still be in the file; then the embedding counts.
    add(config.tiedHead() ? allowed : required, new WeightLayout(config).head());
  }

  private void require(ModelWeight weight) {
    add(required, weight);
  }

  private void add(Map<String, long[]> tensors, ModelWeight weight) {
    weight.sources().forEach(source -> tensors.put(family.stored(source.name()), source.shape()));
  }

  /**
   * Checks a folder's tensors.
   *
   * @param folder what error messages call the folder
   * @param files the tensors by name
   * @throws CheckpointException if a tensor is missing, unexpected, of the wrong shape, or of a
   *     type that weights do not have
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
