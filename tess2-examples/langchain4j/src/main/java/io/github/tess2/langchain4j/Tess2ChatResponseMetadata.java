package io.github.tess2.langchain4j;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import io.github.tess2.GenerationResult;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of an answer: LangChain4j's id, model name, tokens and finish reason, and values
 * that only a diffusion model has. Input tokens are those of the messages' texts, without the
 * model's template around them. Immutable.
 */
public final class Tess2ChatResponseMetadata extends ChatResponseMetadata {
  private final long seed;
  private final int steps;
  private final double confidence;
  private final OptionalDouble reward;

  private Tess2ChatResponseMetadata(Builder builder) {
    super(builder);
    this.seed = builder.seed;
    this.steps = builder.steps;
    this.confidence = builder.confidence;
    this.reward = builder.reward;
  }

  static Builder of(GenerationResult result) {
    Builder builder = new Builder();
    builder.seed = result.seed();
    builder.steps = result.steps();
    builder.confidence = result.confidence().mean();
    builder.reward = result.reward();
    return builder;
  }

  /** {@return the seed that repeats this answer} */
  public long seed() {
    return seed;
  }

  /** {@return how many denoising steps were run} */
  public int steps() {
    return steps;
  }

  /** {@return the mean probability of the answer's tokens, in [0, 1]} */
  public double confidence() {
    return confidence;
  }

  /** {@return the score that guidance gave the answer; empty if nothing scored it} */
  public OptionalDouble reward() {
    return reward;
  }

  @Override
  public Builder toBuilder() {
    Builder builder = new Builder();
    toBuilder(builder);
    builder.seed = seed;
    builder.steps = steps;
    builder.confidence = confidence;
    builder.reward = reward;
    return builder;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof Tess2ChatResponseMetadata that
        && seed == that.seed
        && steps == that.steps
        && confidence == that.confidence
        && reward.equals(that.reward);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), seed, steps, confidence, reward);
  }

  @Override
  public String toString() {
    return "Tess2ChatResponseMetadata{"
        + super.toString()
        + ", seed="
        + seed
        + ", steps="
        + steps
        + ", confidence="
        + confidence
        + ", reward="
        + reward
        + "}";
  }

  /** Builds {@link Tess2ChatResponseMetadata} from other metadata. Not thread-safe. */
  public static final class Builder extends ChatResponseMetadata.Builder<Builder> {
    private long seed;
    private int steps;
    private double confidence;
    private OptionalDouble reward = OptionalDouble.empty();

    private Builder() {}

    @Override
    @CanIgnoreReturnValue
    public Tess2ChatResponseMetadata build() {
      return new Tess2ChatResponseMetadata(this);
    }
  }
}
