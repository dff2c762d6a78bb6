package io.github.tess2.runtime.checkpoint;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.runtime.checkpoint.ModelConfig.Purpose;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Builds a {@link ModelConfig}. Values without a default must be set, or {@link #build} refuses
 * them.
 */
public final class ModelConfigBuilder {
  private final ModelFamily family;
  private Purpose purpose = Purpose.DIFFUSION;
  private int vocabularySize;
  private int hiddenSize;
  private int intermediateSize;
  private int layers;
  private int heads;
  private int keyValueHeads;
  private int headDimension;
  private double normEpsilon;
  private int maxPositions;
  private double ropeTheta;
  private RopeScaling ropeScaling = RopeScaling.NONE;
  private OptionalInt slidingWindow = OptionalInt.empty();
  private boolean tiedHead;
  private OptionalInt bosId = OptionalInt.empty();
  private List<Integer> eosIds = List.of();
  private OptionalInt padId = OptionalInt.empty();
  private DiffusionConfig diffusion = DiffusionConfig.TESS2;
  private boolean attentionBias;
  private Optional<MaskedConfig> masked = Optional.empty();

  ModelConfigBuilder(ModelFamily family) {
    this.family = family;
  }

  /** Starts with a model's own settings. */
  ModelConfigBuilder(ModelConfig config) {
    this.family = config.family();
    this.purpose = config.purpose();
    this.vocabularySize = config.vocabularySize();
    this.hiddenSize = config.hiddenSize();
    this.intermediateSize = config.intermediateSize();
    this.layers = config.layers();
    this.heads = config.heads();
    this.keyValueHeads = config.keyValueHeads();
    this.headDimension = config.headDimension();
    this.normEpsilon = config.normEpsilon();
    this.maxPositions = config.maxPositions();
    this.ropeTheta = config.ropeTheta();
    this.ropeScaling = config.ropeScaling();
    this.slidingWindow = config.slidingWindow();
    this.tiedHead = config.tiedHead();
    this.bosId = config.bosId();
    this.eosIds = config.eosIds();
    this.padId = config.padId();
    this.diffusion = config.diffusion();
    this.attentionBias = config.attentionBias();
    this.masked = config.masked();
  }

  /** Sets the purpose of the head on the decoder; by default, a diffusion model. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder purpose(Purpose value) {
    this.purpose = value;
    return this;
  }

  /** Sets V, the number of rows of the embedding. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder vocabularySize(int value) {
    this.vocabularySize = value;
    return this;
  }

  /** Sets H, the hidden size. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder hiddenSize(int value) {
    this.hiddenSize = value;
    return this;
  }

  /** Sets the inner width of the feed-forward network. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder intermediateSize(int value) {
    this.intermediateSize = value;
    return this;
  }

  /** Sets the number of decoder layers. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder layers(int value) {
    this.layers = value;
    return this;
  }

  /** Sets the number of query heads. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder heads(int value) {
    this.heads = value;
    return this;
  }

  /** Sets the number of key and value heads. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder keyValueHeads(int value) {
    this.keyValueHeads = value;
    return this;
  }

  /** Sets D, the width of a head. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder headDimension(int value) {
    this.headDimension = value;
    return this;
  }

  /** Sets the number that RMS norm adds to the mean square. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder normEpsilon(double value) {
    this.normEpsilon = value;
    return this;
  }

  /** Sets the longest sequence, in tokens. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder maxPositions(int value) {
    this.maxPositions = value;
    return this;
  }

  /** Sets the base of the rotary wavelengths. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder ropeTheta(double value) {
    this.ropeTheta = value;
    return this;
  }

  /** Sets the scaling of the rotary frequencies; by default, none. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder ropeScaling(RopeScaling value) {
    this.ropeScaling = value;
    return this;
  }

  /** Sets the number of positions that attention reaches; by default, all. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder slidingWindow(OptionalInt value) {
    this.slidingWindow = value;
    return this;
  }

  /** Sets whether the head is the embedding; by default, it is not. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder tiedHead(boolean value) {
    this.tiedHead = value;
    return this;
  }

  /** Sets the token that begins a sequence; by default, the tokenizer names it. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder bosId(OptionalInt value) {
    this.bosId = value;
    return this;
  }

  /** Sets the tokens that end an answer; by default, the tokenizer names them. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder eosIds(List<Integer> value) {
    this.eosIds = value;
    return this;
  }

  /** Sets the padding token; by default, there is none. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder padId(OptionalInt value) {
    this.padId = value;
    return this;
  }

  /** Sets the settings of diffusion on the simplex; by default, those of TESS 2. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder diffusion(DiffusionConfig value) {
    this.diffusion = value;
    return this;
  }

  /** Sets whether queries, keys and values have biases; by default, they have none. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder attentionBias(boolean value) {
    this.attentionBias = value;
    return this;
  }

  /** Sets the settings of masked diffusion; by default, none. */
  @CanIgnoreReturnValue
  public ModelConfigBuilder masked(Optional<MaskedConfig> value) {
    this.masked = value;
    return this;
  }

  /**
   * {@return the configuration}
   *
   * @throws IllegalArgumentException if a value is out of its range or contradicts others
   */
  public ModelConfig build() {
    return new ModelConfig(
        family,
        purpose,
        vocabularySize,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        keyValueHeads,
        headDimension,
        normEpsilon,
        maxPositions,
        ropeTheta,
        ropeScaling,
        slidingWindow,
        tiedHead,
        bosId,
        eosIds,
        padId,
        diffusion,
        attentionBias,
        masked);
  }
}
