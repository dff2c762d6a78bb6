package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableIntArray;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.jspecify.annotations.Nullable;

/**
 * The prediction of one denoising step. It covers the whole canvas, because diffusion revises every
 * position. Immutable.
 */
public final class DenoisingStep {
  private final Values values;

  private DenoisingStep(Values values) {
    this.values = values;
  }

  /**
   * Starts to describe a step.
   *
   * @param text the prediction as {@link GenerationResult#text()} would return it
   * @param tokenIds the likeliest token at each of the G generated positions
   * @param confidence the probability of each of those tokens
   * @return a new builder
   */
  public static Builder builder(String text, ImmutableIntArray tokenIds, Confidence confidence) {
    return new Builder(
        new Values(
            1,
            1,
            requireNonNull(text, "text"),
            requireNonNull(tokenIds, "token ids"),
            requireNonNull(confidence, "confidence")));
  }

  /** {@return a builder that starts with these values} */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** {@return the number of this step, from 1 to {@link #total}} */
  public int step() {
    return values.step();
  }

  /** {@return the most steps that the request can take: T for each window of its canvas} */
  public int total() {
    return values.total();
  }

  /**
   * {@return the prediction as {@link GenerationResult#text()} would return it: cut at the first
   * end-of-sequence token, or the filled-in text of an infill}
   */
  public String text() {
    return values.text();
  }

  /** {@return the likeliest token at each of the G generated positions, not cut} */
  public ImmutableIntArray tokenIds() {
    return values.tokenIds();
  }

  /** {@return the probability of each of those tokens, in [0, 1]} */
  public Confidence confidence() {
    return values.confidence();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DenoisingStep that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "DenoisingStep");
  }

  private record Values(
      int step, int total, String text, ImmutableIntArray tokenIds, Confidence confidence) {}

  /** Builds a {@link DenoisingStep}. Not thread-safe. */
  public static final class Builder {
    private int step;
    private int total;
    private String text;
    private ImmutableIntArray tokenIds;
    private Confidence confidence;

    private Builder(Values values) {
      this.step = values.step();
      this.total = values.total();
      this.text = values.text();
      this.tokenIds = values.tokenIds();
      this.confidence = values.confidence();
    }

    /**
     * Sets the number of this step. Default: 1.
     *
     * @param step the number of this step, from 1
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder step(int step) {
      this.step = step;
      return this;
    }

    /**
     * Sets the number of steps, T. Default: 1.
     *
     * @param total the number of steps, T
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder total(int total) {
      this.total = total;
      return this;
    }

    /**
     * Sets the prediction as text.
     *
     * @param text the prediction as {@link GenerationResult#text()} would return it
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder text(String text) {
      this.text = requireNonNull(text, "text");
      return this;
    }

    /**
     * Sets the likeliest token at each position.
     *
     * @param tokenIds the likeliest token at each of the G generated positions
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder tokenIds(ImmutableIntArray tokenIds) {
      this.tokenIds = requireNonNull(tokenIds, "token ids");
      return this;
    }

    /**
     * Sets the probability of each of the tokens.
     *
     * @param confidence the probability of each of those tokens
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder confidence(Confidence confidence) {
      this.confidence = requireNonNull(confidence, "confidence");
      return this;
    }

    /** {@return the step} */
    public DenoisingStep build() {
      return new DenoisingStep(new Values(step, total, text, tokenIds, confidence));
    }
  }
}
