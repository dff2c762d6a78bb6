package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableIntArray;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A generated answer. Immutable.
 *
 * <p><b>Spaces and characters at the edges.</b> A chat's answer is decoded on its own, as by {@link
 * Tokenizer#decode}: a leading space in its first token may be dropped, as {@code tokenizer.decode}
 * does in the published code. Text that continues other text keeps its spaces, as in {@link
 * Tokenizer#decodeContinuation}, so a raw prompt and its text, and the pieces of an infill, can be
 * concatenated directly. Incomplete characters become U+FFFD; the given text next to them is not
 * changed.
 */
public final class GenerationResult {
  private final Values values;

  private GenerationResult(Values values) {
    this.values = values;
  }

  /**
   * Starts to describe an answer.
   *
   * @param text the answer
   * @param tokenIds the answer's tokens
   * @param confidence the probability of each of the tokens
   * @param finishReason why generation ended
   * @return a new builder
   */
  public static Builder builder(
      String text, ImmutableIntArray tokenIds, Confidence confidence, FinishReason finishReason) {
    return new Builder(
        new Values(
            requireNonNull(text, "text"),
            List.of(),
            requireNonNull(tokenIds, "token ids"),
            requireNonNull(confidence, "confidence"),
            requireNonNull(finishReason, "finish reason"),
            0,
            0,
            OptionalDouble.empty(),
            Timings.builder().build()));
  }

  /** {@return a builder that starts with these values} */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /**
   * {@return the answer, cut at the first end-of-sequence token; for a raw prompt the continuation
   * without the prompt; for an infill the whole text with its blanks filled}
   */
  public String text() {
    return values.text();
  }

  /**
   * {@return the text of each blank of an infill, in order; empty otherwise. If a character spans
   * two adjacent blanks, {@link #text} contains it and each of the blanks contains U+FFFD.
   * Unmodifiable}
   */
  public List<String> blanks() {
    return values.blanks();
  }

  /**
   * {@return the answer's tokens, up to but not including the end-of-sequence token; for an infill,
   * the tokens of all blanks}
   */
  public ImmutableIntArray tokenIds() {
    return values.tokenIds();
  }

  /** {@return the probability of each of {@link #tokenIds}} */
  public Confidence confidence() {
    return values.confidence();
  }

  /** {@return why generation ended} */
  public FinishReason finishReason() {
    return values.finishReason();
  }

  /** {@return the number of denoising steps run} */
  public int steps() {
    return values.steps();
  }

  /** {@return the seed that repeats this result} */
  public long seed() {
    return values.seed();
  }

  /**
   * {@return the score that selected this candidate, otherwise the last score seen by the last
   * guidance that has one; empty if nothing scored it}
   */
  public OptionalDouble reward() {
    return values.reward();
  }

  /** {@return how the time was spent} */
  public Timings timings() {
    return values.timings();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GenerationResult that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "GenerationResult");
  }

  private record Values(
      String text,
      List<String> blanks,
      ImmutableIntArray tokenIds,
      Confidence confidence,
      FinishReason finishReason,
      int steps,
      long seed,
      OptionalDouble reward,
      Timings timings) {}

  /** Builds a {@link GenerationResult}. Not thread-safe. */
  public static final class Builder {
    private String text;
    private List<String> blanks;
    private ImmutableIntArray tokenIds;
    private Confidence confidence;
    private FinishReason finishReason;
    private int steps;
    private long seed;
    private OptionalDouble reward;
    private Timings timings;

    private Builder(Values values) {
      this.text = values.text();
      this.blanks = values.blanks();
      this.tokenIds = values.tokenIds();
      this.confidence = values.confidence();
      this.finishReason = values.finishReason();
      this.steps = values.steps();
      this.seed = values.seed();
      this.reward = values.reward();
      this.timings = values.timings();
    }

    /**
     * Sets the answer.
     *
     * @param text the answer
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder text(String text) {
      this.text = requireNonNull(text, "text");
      return this;
    }

    /**
     * Sets the text of each blank of an infill, in order. Default: none.
     *
     * @param blanks the text of each blank, copied
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder blanks(List<String> blanks) {
      this.blanks = Checks.list("blank", blanks);
      return this;
    }

    /**
     * Sets the answer's tokens.
     *
     * @param tokenIds the answer's tokens
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
     * @param confidence the probability of each of the tokens
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder confidence(Confidence confidence) {
      this.confidence = requireNonNull(confidence, "confidence");
      return this;
    }

    /**
     * Sets why generation ended.
     *
     * @param finishReason why generation ended
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder finishReason(FinishReason finishReason) {
      this.finishReason = requireNonNull(finishReason, "finish reason");
      return this;
    }

    /**
     * Sets the number of denoising steps run. Default: 0.
     *
     * @param steps the number of denoising steps run
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder steps(int steps) {
      this.steps = steps;
      return this;
    }

    /**
     * Sets the seed that repeats this result. Default: 0.
     *
     * @param seed the seed that repeats this result
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Sets the score that selected this candidate, or the last one that a guidance saw. Default:
     * empty.
     *
     * @param reward the score; empty if nothing scored it
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder reward(OptionalDouble reward) {
      this.reward = requireNonNull(reward, "reward");
      return this;
    }

    /**
     * Sets how the time was spent. Default: all zero.
     *
     * @param timings how the time was spent
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder timings(Timings timings) {
      this.timings = requireNonNull(timings, "timings");
      return this;
    }

    /** {@return the answer} */
    public GenerationResult build() {
      return new GenerationResult(
          new Values(
              text, blanks, tokenIds, confidence, finishReason, steps, seed, reward, timings));
    }
  }
}
