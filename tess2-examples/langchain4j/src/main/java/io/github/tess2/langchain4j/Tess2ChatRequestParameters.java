package io.github.tess2.langchain4j;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * LangChain4j's request parameters, and parameters that only a diffusion model has. Null leaves a
 * parameter to the chat model, then to the {@link io.github.tess2.DiffusionLM}. Values are checked
 * when the request is sent. Immutable.
 */
public class Tess2ChatRequestParameters extends DefaultChatRequestParameters {
  /** Parameters with nothing set. */
  public static final Tess2ChatRequestParameters EMPTY = builder().build();

  private final @Nullable Integer steps;
  private final @Nullable Long seed;
  private final @Nullable Boolean greedy;
  private final @Nullable String canvas;
  private final @Nullable String noiseSchedule;
  private final @Nullable String grid;
  private final @Nullable String sampler;
  private final @Nullable String stoppingCriterion;
  private final @Nullable String cache;

  private Tess2ChatRequestParameters(Builder builder) {
    super(builder);
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
  public @Nullable Integer steps() {
    return steps;
  }

  /** {@return the seed of the noise and the draws; null if not set} */
  public @Nullable Long seed() {
    return seed;
  }

  /**
   * {@return whether to take the likeliest token instead of drawing one; cannot be combined with
   * topP; null if not set}
   */
  public @Nullable Boolean greedy() {
    return greedy;
  }

  /**
   * {@return the canvas policy, which chooses the positions that are generated now, such as {@code
   * blocks:length=16}; with canvases other than blocks nothing settles before the end, and a
   * streamed answer arrives in one piece; null if not set}
   */
  public @Nullable String canvas() {
    return canvas;
  }

  /** {@return the noise schedule, such as {@code sigmoid}; null if not set} */
  public @Nullable String noiseSchedule() {
    return noiseSchedule;
  }

  /**
   * {@return the step grid, which chooses the times of the steps, such as {@code cosine}; null if
   * not set}
   */
  public @Nullable String grid() {
    return grid;
  }

  /** {@return the sampler, such as {@code simplex-ddim}; null if not set} */
  public @Nullable String sampler() {
    return sampler;
  }

  /**
   * {@return the stopping criterion, which may end a request before its last step, such as {@code
   * settled}; null if not set}
   */
  public @Nullable String stoppingCriterion() {
    return stoppingCriterion;
  }

  /**
   * {@return the prompt cache, which chooses the passes that compute the prompt again, such as
   * {@code refresh}; null if not set}
   */
  public @Nullable String cache() {
    return cache;
  }

  @Override
  public Tess2ChatRequestParameters overrideWith(ChatRequestParameters that) {
    return builder().overrideWith(this).overrideWith(that).build();
  }

  @Override
  public Tess2ChatRequestParameters defaultedBy(ChatRequestParameters that) {
    return builder().overrideWith(that).overrideWith(this).build();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof Tess2ChatRequestParameters that
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

  @Override
  public String toString() {
    return "Tess2ChatRequestParameters{"
        + super.toString()
        + ", steps="
        + steps
        + ", seed="
        + seed
        + ", greedy="
        + greedy
        + ", canvas="
        + canvas
        + ", noiseSchedule="
        + noiseSchedule
        + ", grid="
        + grid
        + ", sampler="
        + sampler
        + ", stoppingCriterion="
        + stoppingCriterion
        + ", cache="
        + cache
        + "}";
  }

  /**
   * Starts to set parameters.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds {@link Tess2ChatRequestParameters}. Not thread-safe. */
  public static final class Builder extends DefaultChatRequestParameters.Builder<Builder> {
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
    public Builder overrideWith(ChatRequestParameters parameters) {
      super.overrideWith(parameters);
      if (parameters instanceof Tess2ChatRequestParameters that) {
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
     * blocks:length=16}; with canvases other than blocks nothing settles before the end, and a
     * streamed answer arrives in one piece.
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
    public Tess2ChatRequestParameters build() {
      return new Tess2ChatRequestParameters(this);
    }
  }
}
