package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.jspecify.annotations.Nullable;

/** A description of a loaded model. Immutable. */
public final class ModelInfo {
  private final Values values;

  private ModelInfo(Values values) {
    this.values = values;
  }

  /**
   * Starts to describe a model.
   *
   * @param architecture the model family
   * @param precision the compute precision
   * @param weights how the layers' weights are stored
   * @param device the device
   * @return a new builder
   */
  public static Builder builder(
      String architecture, Precision precision, WeightFormat weights, ComputeDevice device) {
    return new Builder(
        new Values(
            requireNonNull(architecture, "architecture"),
            0,
            0,
            0,
            0,
            0,
            requireNonNull(precision, "precision"),
            requireNonNull(weights, "weights"),
            requireNonNull(device, "device"),
            0));
  }

  /** {@return a builder that starts with these values} */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** {@return the model family: {@code mistral}, {@code llama}, {@code llada} or {@code dream}} */
  public String architecture() {
    return values.architecture();
  }

  /** {@return the number of weights} */
  public long parameters() {
    return values.parameters();
  }

  /** {@return the number of decoder layers} */
  public int layers() {
    return values.layers();
  }

  /** {@return the hidden size H} */
  public int hiddenSize() {
    return values.hiddenSize();
  }

  /** {@return the vocabulary size V, the rows of the embedding} */
  public int vocabularySize() {
    return values.vocabularySize();
  }

  /** {@return the most tokens of prompt and answer together} */
  public int maxLength() {
    return values.maxLength();
  }

  /** {@return the compute precision, never {@link Precision#AUTO}} */
  public Precision precision() {
    return values.precision();
  }

  /** {@return how the layers' weights are stored} */
  public WeightFormat weights() {
    return values.weights();
  }

  /** {@return the device, never {@link ComputeDevice#AUTO}} */
  public ComputeDevice device() {
    return values.device();
  }

  /** {@return the memory of the weights on all its devices, in bytes} */
  public long weightBytes() {
    return values.weightBytes();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ModelInfo that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "ModelInfo");
  }

  private record Values(
      String architecture,
      long parameters,
      int layers,
      int hiddenSize,
      int vocabularySize,
      int maxLength,
      Precision precision,
      WeightFormat weights,
      ComputeDevice device,
      long weightBytes) {}

  /** Builds a {@link ModelInfo}. Not thread-safe. */
  public static final class Builder {
    private String architecture;
    private long parameters;
    private int layers;
    private int hiddenSize;
    private int vocabularySize;
    private int maxLength;
    private Precision precision;
    private WeightFormat weights;
    private ComputeDevice device;
    private long weightBytes;

    private Builder(Values values) {
      this.architecture = values.architecture();
      this.parameters = values.parameters();
      this.layers = values.layers();
      this.hiddenSize = values.hiddenSize();
      this.vocabularySize = values.vocabularySize();
      this.maxLength = values.maxLength();
      this.precision = values.precision();
      this.weights = values.weights();
      this.device = values.device();
      this.weightBytes = values.weightBytes();
    }

    /**
     * Sets the model family.
     *
     * @param architecture the model family
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder architecture(String architecture) {
      this.architecture = requireNonNull(architecture, "architecture");
      return this;
    }

    /**
     * Sets the number of weights. Default: 0.
     *
     * @param parameters the number of weights
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder parameters(long parameters) {
      this.parameters = parameters;
      return this;
    }

    /**
     * Sets the number of decoder layers. Default: 0.
     *
     * @param layers the number of decoder layers
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder layers(int layers) {
      this.layers = layers;
      return this;
    }

    /**
     * Sets the hidden size H. Default: 0.
     *
     * @param hiddenSize the hidden size H
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder hiddenSize(int hiddenSize) {
      this.hiddenSize = hiddenSize;
      return this;
    }

    /**
     * Sets the vocabulary size V, the rows of the embedding. Default: 0.
     *
     * @param vocabularySize the vocabulary size V
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder vocabularySize(int vocabularySize) {
      this.vocabularySize = vocabularySize;
      return this;
    }

    /**
     * Sets the most tokens of prompt and answer together. Default: 0.
     *
     * @param maxLength the most tokens of prompt and answer together
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder maxLength(int maxLength) {
      this.maxLength = maxLength;
      return this;
    }

    /**
     * Sets the compute precision.
     *
     * @param precision the compute precision
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder precision(Precision precision) {
      this.precision = requireNonNull(precision, "precision");
      return this;
    }

    /**
     * Sets how the layers' weights are stored.
     *
     * @param weights how the layers' weights are stored
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder weights(WeightFormat weights) {
      this.weights = requireNonNull(weights, "weights");
      return this;
    }

    /**
     * Sets the device.
     *
     * @param device the device
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder device(ComputeDevice device) {
      this.device = requireNonNull(device, "device");
      return this;
    }

    /**
     * Sets the memory of the weights on all its devices, in bytes. Default: 0.
     *
     * @param weightBytes the memory of the weights on all its devices, in bytes
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder weightBytes(long weightBytes) {
      this.weightBytes = weightBytes;
      return this;
    }

    /** {@return the model} */
    public ModelInfo build() {
      return new ModelInfo(
          new Values(
              architecture,
              parameters,
              layers,
              hiddenSize,
              vocabularySize,
              maxLength,
              precision,
              weights,
              device,
              weightBytes));
    }
  }
}
