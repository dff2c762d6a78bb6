package io.github.tess2.runtime.checkpoint;

import com.google.gson.GsonBuilder;
import io.github.tess2.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The content of a checkpoint's {@code config.json}: the shape of the network, and how it diffuses.
 *
 * @param family the kind of checkpoint it is, {@code model_type} in the file
 * @param purpose the purpose of the head on the decoder
 * @param vocabularySize V, the number of rows of the embedding; sometimes more than the tokenizer
 *     has tokens
 * @param hiddenSize H
 * @param intermediateSize the inner width of the feed-forward network
 * @param layers the number of decoder layers
 * @param heads the number of query heads
 * @param keyValueHeads the number of key and value heads; divides {@code heads}
 * @param headDimension D, the width of one head, even; H / heads if the file does not say
 * @param normEpsilon the number that RMS norm adds to the mean square
 * @param maxPositions the longest sequence, in tokens
 * @param ropeTheta the base of the rotary wavelengths
 * @param ropeScaling the scaling of the rotary frequencies
 * @param slidingWindow the number of positions that attention reaches, including the position
 *     itself; absent for all
 * @param tiedHead whether the head is the embedding itself
 * @param bosId the token that begins a sequence; absent if the file leaves it to the tokenizer's
 *     files
 * @param eosIds the tokens that end an answer; the first is the one to write if no tokenizer file
 *     names another; empty if the file leaves it to the tokenizer's files
 * @param padId the padding token, if there is one
 * @param diffusion the settings of diffusion on the simplex; the defaults for other models
 * @param attentionBias whether queries, keys and values have biases
 * @param masked the settings of masked diffusion; absent for other models
 */
public record ModelConfig(
    ModelFamily family,
    Purpose purpose,
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headDimension,
    double normEpsilon,
    int maxPositions,
    double ropeTheta,
    RopeScaling ropeScaling,
    OptionalInt slidingWindow,
    boolean tiedHead,
    OptionalInt bosId,
    List<Integer> eosIds,
    OptionalInt padId,
    DiffusionConfig diffusion,
    boolean attentionBias,
    Optional<MaskedConfig> masked) {

  private static final long MAX_BYTES = 16 << 20;

  // Well above any published model, and low enough that no product of two overflows a long.
  private static final int MAX_VOCABULARY = 1 << 24;
  private static final int MAX_WIDTH = 1 << 20;
  private static final int MAX_LAYERS = 1 << 12;
  private static final int MAX_HEADS = 1 << 14;

  /** The purpose of a model, by the class named in {@code architectures}. */
  public enum Purpose {
    /** A diffusion language model ({@code …ForDiffusionLM}, or no class is named). */
    DIFFUSION,
    /** An ordinary left-to-right language model ({@code …ForCausalLM}). */
    CAUSAL,
    /** A model that gives a text one score ({@code …ForSequenceClassification}). */
    REWARD
  }

  /** Checks the fields and their relations; messages name them as {@code config.json} does. */
  public ModelConfig {
    eosIds = List.copyOf(eosIds);
    Require.range("vocab_size", vocabularySize, 1, MAX_VOCABULARY);
    Require.range("hidden_size", hiddenSize, 1, MAX_WIDTH);
    Require.range("intermediate_size", intermediateSize, 1, MAX_WIDTH);
    Require.range("num_hidden_layers", layers, 1, MAX_LAYERS);
    Require.range("num_attention_heads", heads, 1, MAX_HEADS);
    Require.range("num_key_value_heads", keyValueHeads, 1, MAX_HEADS);
    Require.range("head_dim", headDimension, 1, MAX_HEADS);
    Require.range("max_position_embeddings", maxPositions, 1, Integer.MAX_VALUE);
    slidingWindow.ifPresent(w -> Require.range("sliding_window", w, 1, Integer.MAX_VALUE));
    Require.range("rms_norm_eps", normEpsilon, 0.0, 1.0);
    Require.range("rope_theta", ropeTheta, 1.0, 1e12);
    Require.that(
        heads % keyValueHeads == 0,
        "num_key_value_heads",
        "must divide num_attention_heads (" + heads + ")",
        keyValueHeads);
    Require.that(
        headDimension % 2 == 0, "head_dim", "must be even, for rotary positions", headDimension);
    bosId.ifPresent(id -> requireToken("bos_token_id", id, vocabularySize));
    for (int id : eosIds) {
      requireToken("eos_token_id", id, vocabularySize);
    }
    padId.ifPresent(id -> requireToken("pad_token_id", id, vocabularySize));
    masked.ifPresent(mask -> requireToken("mask_token_id", mask.maskId(), vocabularySize));
  }

  /**
   * Begins to describe a model.
   *
   * @param family the kind of checkpoint it is
   */
  public static ModelConfigBuilder builder(ModelFamily family) {
    return new ModelConfigBuilder(family);
  }

  /** {@return a builder that begins with these values} */
  public ModelConfigBuilder toBuilder() {
    return new ModelConfigBuilder(this);
  }

  /**
   * Reads a {@code config.json}.
   *
   * @param configJson the file
   * @return its content
   * @throws CheckpointException if the file is missing or malformed, or describes a model that this
   *     library does not compute exactly; the message names file, field, rule and value
   */
  public static ModelConfig read(Path configJson) {
    JsonFields fields =
        new JsonFields(configJson.toString(), StrictJson.read(configJson, MAX_BYTES));
    try {
      return ModelFamilies.of(fields).read(fields);
    } catch (IllegalArgumentException e) {
      // The records' own checks name the field and the value; this adds the file.
      throw new CheckpointException(fields.source() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns the text of a {@code config.json}. {@link #read} reads it as an equal value, and
   * Python's {@code transformers} accepts it too.
   */
  public String toJson() {
    return new GsonBuilder()
            .setPrettyPrinting()
            .serializeNulls()
            .disableHtmlEscaping()
            .create()
            .toJson(ModelConfigWriter.json(this))
        + "\n";
  }

  /** The same model with another head. */
  ModelConfig withPurpose(Purpose other) {
    return toBuilder().purpose(other).build();
  }

  /** Whether this is a model that scores texts. */
  public boolean isRewardModel() {
    return purpose == Purpose.REWARD;
  }

  /**
   * The D/2 inverse frequencies of the rotary positions, after scaling, in radians per position:
   * {@code scale(theta^(-2i/D))}.
   */
  public float[] inverseFrequencies() {
    float[] frequencies = new float[headDimension / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = 2f * i / headDimension;
      float power = (float) Math.pow((float) ropeTheta, exponent);
      frequencies[i] = ropeScaling.scale(1f / power);
    }
    return frequencies;
  }

  private static void requireToken(String field, int id, int vocabularySize) {
    Require.that(
        id >= 0 && id < vocabularySize,
        field,
        "must be from 0 to vocab_size - 1 (" + (vocabularySize - 1) + ")",
        id);
  }
}
