package io.github.tess2.springai;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.DefaultChatOptions;
import org.springframework.ai.chat.prompt.DefaultChatOptionsBuilder;

/**
 * Spring AI's chat options, and options that only a diffusion model has. Null leaves an option to
 * the chat model, then to the {@link io.github.tess2.DiffusionLM}. Values are checked when the
 * prompt is sent. Immutable.
 */
public final class Tess2ChatOptions extends DefaultChatOptions {
  private final @Nullable Integer steps;
  private final @Nullable Long seed;
  private final @Nullable Boolean greedy;
  private final @Nullable String canvas;
  private final @Nullable String noiseSchedule;
  private final @Nullable String grid;
  private final @Nullable String sampler;
  private final @Nullable String stoppingCriterion;
  private final @Nullable String cache;

  private Tess2ChatOptions(Builder builder, ChatOptions common) {
    super(
        common.getModel(),
        common.getFrequencyPenalty(),
        common.getMaxTokens(),
        common.getPresencePenalty(),
        common.getStopSequences(),
        common.getTemperature(),
        common.getTopK(),
        common.getTopP());
    this.steps = builder.steps;
    this.seed = builder.seed;
    this.greedy = builder.greedy;
    this.canvas = builder.canvas;
    this.noiseSchedule = builder.noiseSchedule;
    this.grid = builder.grid;
    this.sampler = builder.sampler;
    this.stoppingCriterion = builder.stoppingCriterion;
    this.cache = builder.cache;
  }

  /** {@return the number of denoising steps, from 1 to 100,000; null if not set} */
  public @Nullable Integer getSteps() {
    return steps;
  }

  /** {@return the seed of the noise and the draws; null if not set} */
  public @Nullable Long getSeed() {
    return seed;
  }

  /**
   * {@return whether to take the likeliest token instead of drawing one; cannot be combined with
   * topP; null if not set}
   */
  public @Nullable Boolean getGreedy() {
    return greedy;
  }

  /**
   * {@return the canvas policy, which chooses the positions that are generated now, such as {@code
   * blocks:length=16}; an answer is streamed in pieces only with blocks; null if not set}
   */
  public @Nullable String getCanvas() {
    return canvas;
  }

  /** {@return the noise schedule, such as {@code sigmoid}; null if not set} */
  public @Nullable String getNoiseSchedule() {
    return noiseSchedule;
  }

  /**
   * {@return the step grid, which chooses the times of the steps, such as {@code cosine}; null if
   * not set}
   */
  public @Nullable String getGrid() {
    return grid;
  }

  /** {@return the sampler, such as {@code simplex-ddim}; null if not set} */
  public @Nullable String getSampler() {
    return sampler;
  }

  /**
   * {@return the stopping criterion, which may end a request before its last step, such as {@code
   * settled}; null if not set}
   */
  public @Nullable String getStoppingCriterion() {
    return stoppingCriterion;
  }

  /**
   * {@return the prompt cache, which chooses the passes that compute the prompt again, such as
   * {@code refresh}; null if not set}
   */
  public @Nullable String getCache() {
    return cache;
  }

  @Override
  public Builder mutate() {
    return builder()
        .model(getModel())
        .frequencyPenalty(getFrequencyPenalty())
        .maxTokens(getMaxTokens())
        .presencePenalty(getPresencePenalty())
        .stopSequences(getStopSequences())
        .temperature(getTemperature())
        .topK(getTopK())
        .topP(getTopP())
        .steps(steps)
        .seed(seed)
        .greedy(greedy)
        .canvas(canvas)
        .noiseSchedule(noiseSchedule)
        .grid(grid)
        .sampler(sampler)
        .stoppingCriterion(stoppingCriterion)
        .cache(cache);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof Tess2ChatOptions that
        && Objects.equals(steps, that.steps)
        && Objects.equals(seed, that.seed)
        && Objects.equals(greedy, that.greedy)
        && Objects.equals(canvas, that.canvas)
        && Objects.equals(noiseSchedule, that.noiseSchedule)
        && Objects.equals(grid, that.grid)
        && Objects.equals(sampler, that.sampler)
        && Objects.equals(stoppingCriterion, that.stoppingCriterion)
        && Objects.equals(cache, that.cache);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        super.hashCode(),
        steps,
        seed,
        greedy,
        canvas,
        noiseSchedule,
        grid,
        sampler,
        stoppingCriterion,
        cache);
  }

  /**
   * Starts to set options.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds {@link Tess2ChatOptions}. Not thread-safe. */
  public static final class Builder extends DefaultChatOptionsBuilder<Builder> {
    private @Nullable Integer steps;
    private @Nullable Long seed;
    private @Nullable Boolean greedy;
    private @Nullable String canvas;
    private @Nullable String noiseSchedule;
    private @Nullable String grid;
    private @Nullable String sampler;
    private @Nullable String stoppingCriterion;
    private @Nullable String cache;

    private Builder() {}

    @Override
    @CanIgnoreReturnValue
    public Builder combineWith(ChatOptions.Builder<?> other) {
      super.combineWith(other);
      if (other instanceof Builder that) {
        steps = that.steps == null ? steps : that.steps;
        seed = that.seed == null ? seed : that.seed;
        greedy = that.greedy == null ? greedy : that.greedy;
        canvas = that.canvas == null ? canvas : that.canvas;
        noiseSchedule = that.noiseSchedule == null ? noiseSchedule : that.noiseSchedule;
        grid = that.grid == null ? grid : that.grid;
        sampler = that.sampler == null ? sampler : that.sampler;
        stoppingCriterion =
            that.stoppingCriterion == null ? stoppingCriterion : that.stoppingCriterion;
        cache = that.cache == null ? cache : that.cache;
      }
      return this;
    }

    /**
     * Sets the number of denoising steps, from 1 to 100,000.
     *
     * @param steps the value; null leaves it to the model
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder steps(@Nullable Integer steps) {
      this.steps = steps;
      return this;
    }

    /**
     * Sets the seed of the noise and the draws.
     *
     * @param seed the value; null leaves it to the model
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder seed(@Nullable Long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Sets whether to take the likeliest token instead of drawing one; cannot be combined with
     * topP.
     *
     * @param greedy the value; null leaves it to the model
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder greedy(@Nullable Boolean greedy) {
      this.greedy = greedy;
      return this;
    }

    /**
     * Sets the canvas policy, which chooses the positions that are generated now, such as {@code
     * blocks:length=16}; an answer is streamed in pieces only with blocks.
     *
     * @param canvas the value; null leaves it to the model
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder canvas(@Nullable String canvas) {
      this.canvas = canvas;
      return this;
    }

    /**
     * Sets the noise schedule, such as {@code sigmoid}.
     *
     * @param noiseSchedule the value; null leaves it to the model
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder noiseSchedule(@Nullable String noiseSchedule) {
      this.noiseSchedule = noiseSchedule;
      return this;
    }

    /**
     * Sets the step grid, which chooses the times of the steps, such as {@code cosine}.
     *
     * @param grid the value; null leaves it to the model
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder grid(@Nullable String grid) {
      this.grid = grid;
      return this;
    }

    /**
     * Sets the sampler, such as {@code simplex-ddim}.
     *
     * @param sampler the value; null leaves it to the model
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder sampler(@Nullable String sampler) {
      this.sampler = sampler;
      return this;
    }

    /**
     * Sets the stopping criterion, which may end a request before its last step, such as {@code
     * settled}.
     *
     * @param stoppingCriterion the value; null leaves it to the model
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder stoppingCriterion(@Nullable String stoppingCriterion) {
      this.stoppingCriterion = stoppingCriterion;
      return this;
    }

    /**
     * Sets the prompt cache, which chooses the passes that compute the prompt again, such as {@code
     * refresh}.
     *
     * @param cache the value; null leaves it to the model
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder cache(@Nullable String cache) {
      this.cache = cache;
      return this;
    }

    @Override
    public Tess2ChatOptions build() {
      return new Tess2ChatOptions(this, super.build());
    }
  }
}
