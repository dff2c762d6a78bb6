package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A new model to train from scratch: a Mistral-shaped decoder with random weights and an existing
 * tokenizer. The vocabulary is the tokenizer's. Immutable.
 */
public final class FreshModel {
  private final Values values;

  private FreshModel(Values values) {
    this.values = values;
  }

  /**
   * Starts to describe a model. All numbers must be set.
   *
   * @param tokenizer folder with {@code tokenizer.json} or {@code tokenizer.model}, and the files
   *     that belong to it
   * @return a new builder
   */
  public static Builder builder(Path tokenizer) {
    return new Builder(
        new Values(requireNonNull(tokenizer, "tokenizer"), 0, 0, 0, 0, 0, 0, 0, false));
  }

  /** {@return a builder that starts with these values} */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /**
   * {@return the folder with {@code tokenizer.json} or {@code tokenizer.model}, and the files that
   * belong to it}
   */
  public Path tokenizer() {
    return values.tokenizer();
  }

  /** {@return the hidden size H} */
  public int hiddenSize() {
    return values.hiddenSize();
  }

  /** {@return the number of decoder layers} */
  public int layers() {
    return values.layers();
  }

  /** {@return the number of query heads} */
  public int heads() {
    return values.heads();
  }

  /** {@return the number of key/value heads, a divisor of {@link #heads}} */
  public int keyValueHeads() {
    return values.keyValueHeads();
  }

  /** {@return the dimension of each head, even} */
  public int headDimension() {
    return values.headDimension();
  }

  /** {@return the inner width of the feed-forward block} */
  public int intermediateSize() {
    return values.intermediateSize();
  }

  /** {@return the maximum sequence length, in tokens} */
  public int maxLength() {
    return values.maxLength();
  }

  /** {@return whether the output head shares the embedding's weights} */
  public boolean tiedHead() {
    return values.tiedHead();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FreshModel that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "FreshModel");
  }

  private record Values(
      Path tokenizer,
      int hiddenSize,
      int layers,
      int heads,
      int keyValueHeads,
      int headDimension,
      int intermediateSize,
      int maxLength,
      boolean tiedHead) {}

  /** Builds a {@link FreshModel}. Not thread-safe. */
  public static final class Builder {
    private Path tokenizer;
    private int hiddenSize;
    private int layers;
    private int heads;
    private int keyValueHeads;
    private int headDimension;
    private int intermediateSize;
    private int maxLength;
    private boolean tiedHead;

    private Builder(Values values) {
      this.tokenizer = values.tokenizer();
      this.hiddenSize = values.hiddenSize();
      this.layers = values.layers();
      this.heads = values.heads();
      this.keyValueHeads = values.keyValueHeads();
      this.headDimension = values.headDimension();
      this.intermediateSize = values.intermediateSize();
      this.maxLength = values.maxLength();
      this.tiedHead = values.tiedHead();
    }

    /**
     * Sets the folder of the tokenizer.
     *
     * @param tokenizer the folder with {@code tokenizer.json} or {@code tokenizer.model}, and the
     *     files that belong to it
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder tokenizer(Path tokenizer) {
      this.tokenizer = requireNonNull(tokenizer, "tokenizer");
      return this;
    }

    /**
     * Sets the hidden size H.
     *
     * @param hiddenSize greater than 0
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder hiddenSize(int hiddenSize) {
      this.hiddenSize = hiddenSize;
      return this;
    }

    /**
     * Sets the number of decoder layers.
     *
     * @param layers greater than 0
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder layers(int layers) {
      this.layers = layers;
      return this;
    }

    /**
     * Sets the number of query heads.
     *
     * @param heads greater than 0
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder heads(int heads) {
      this.heads = heads;
      return this;
    }

    /**
     * Sets the number of key/value heads.
     *
     * @param keyValueHeads greater than 0, and a divisor of the number of query heads
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder keyValueHeads(int keyValueHeads) {
      this.keyValueHeads = keyValueHeads;
      return this;
    }

    /**
     * Sets the dimension of each head.
     *
     * @param headDimension greater than 0, and even
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder headDimension(int headDimension) {
      this.headDimension = headDimension;
      return this;
    }

    /**
     * Sets the inner width of the feed-forward block.
     *
     * @param intermediateSize greater than 0
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder intermediateSize(int intermediateSize) {
      this.intermediateSize = intermediateSize;
      return this;
    }

    /**
     * Sets the maximum sequence length, in tokens.
     *
     * @param maxLength greater than 0
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder maxLength(int maxLength) {
      this.maxLength = maxLength;
      return this;
    }

    /**
     * Sets whether the output head shares the embedding's weights. Default: {@code false}.
     *
     * @param tiedHead whether the output head shares the embedding's weights
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder tiedHead(boolean tiedHead) {
      this.tiedHead = tiedHead;
      return this;
    }

    /**
     * {@return the model}
     *
     * @throws IllegalArgumentException if a number is not positive, or the numbers do not fit
     *     together
     */
    public FreshModel build() {
      Ranges.positive("hidden size", hiddenSize);
      Ranges.positive("layers", layers);
      Ranges.positive("heads", heads);
      Ranges.positive("key-value heads", keyValueHeads);
      Ranges.positive("head dimension", headDimension);
      Ranges.positive("intermediate size", intermediateSize);
      Ranges.positive("max length", maxLength);
      if (heads % keyValueHeads != 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "heads must be a multiple of key-value heads, but are: %d and %d",
                heads,
                keyValueHeads));
      }
      if (headDimension % 2 != 0) {
        throw new IllegalArgumentException("head dimension must be even, but is: " + headDimension);
      }
      return new FreshModel(
          new Values(
              tokenizer,
              hiddenSize,
              layers,
              heads,
              keyValueHeads,
              headDimension,
              intermediateSize,
              maxLength,
              tiedHead));
    }
  }
}
