package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The result of a training run. Immutable. */
public final class TrainingResult {
  private final Values values;

  private TrainingResult(Values values) {
    this.values = values;
  }

  /**
   * Starts to describe a result.
   *
   * @param checkpoint the folder with the model in the Hugging Face layout
   * @return a new builder
   */
  public static Builder builder(Path checkpoint) {
    return new Builder(new Values(requireNonNull(checkpoint, "checkpoint"), 0, 0, false));
  }

  /** {@return a builder that starts with these values} */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** {@return the folder with the model in the Hugging Face layout} */
  public Path checkpoint() {
    return values.checkpoint();
  }

  /** {@return the number of optimizer steps done, including earlier parts of a resumed run} */
  public int steps() {
    return values.steps();
  }

  /** {@return the number of positions processed, including earlier parts of a resumed run} */
  public long tokens() {
    return values.tokens();
  }

  /** {@return whether all steps were done} */
  public boolean finished() {
    return values.finished();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TrainingResult that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "TrainingResult");
  }

  private record Values(Path checkpoint, int steps, long tokens, boolean finished) {}

  /** Builds a {@link TrainingResult}. Not thread-safe. */
  public static final class Builder {
    private Path checkpoint;
    private int steps;
    private long tokens;
    private boolean finished;

    private Builder(Values values) {
      this.checkpoint = values.checkpoint();
      this.steps = values.steps();
      this.tokens = values.tokens();
      this.finished = values.finished();
    }

    /**
     * Sets the folder with the model in the Hugging Face layout.
     *
     * @param checkpoint the folder with the model in the Hugging Face layout
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder checkpoint(Path checkpoint) {
      this.checkpoint = requireNonNull(checkpoint, "checkpoint");
      return this;
    }

    /**
     * Sets the number of optimizer steps done, including earlier parts of a resumed run. Default:
     * 0.
     *
     * @param steps the number of optimizer steps
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder steps(int steps) {
      this.steps = steps;
      return this;
    }

    /**
     * Sets the number of positions processed, including earlier parts of a resumed run. Default: 0.
     *
     * @param tokens the number of positions
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder tokens(long tokens) {
      this.tokens = tokens;
      return this;
    }

    /**
     * Sets whether all steps were done. Default: {@code false}.
     *
     * @param finished whether all steps were done
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder finished(boolean finished) {
      this.finished = finished;
      return this;
    }

    /** {@return the result} */
    public TrainingResult build() {
      return new TrainingResult(new Values(checkpoint, steps, tokens, finished));
    }
  }
}
