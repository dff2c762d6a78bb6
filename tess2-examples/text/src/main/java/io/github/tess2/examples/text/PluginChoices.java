package io.github.tess2.examples.text;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.OptionsBuilder;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The plugins of a request, each chosen by a text: {@code NAME[:OPTION=VALUE,...]}. Null leaves a
 * choice to the model. Create them with {@link #builder}.
 *
 * @param noiseSchedule the noise schedule
 * @param grid the step grid
 * @param sampler the sampler
 * @param stop the stopping criterion
 * @param canvas the canvas
 * @param cache the prompt cache
 */
public record PluginChoices(
    @Nullable String noiseSchedule,
    @Nullable String grid,
    @Nullable String sampler,
    @Nullable String stop,
    @Nullable String canvas,
    @Nullable String cache)
    implements Serializable {
  /** Starts without any choice. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Sets the plugins that were chosen.
   *
   * @param builder the builder of a request or a model
   * @throws IllegalArgumentException if a text is blank or malformed
   */
  public void applyTo(OptionsBuilder<?> builder) {
    if (noiseSchedule != null) {
      builder.noiseSchedule(noiseSchedule);
    }
    if (grid != null) {
      builder.grid(grid);
    }
    if (sampler != null) {
      builder.sampler(sampler);
    }
    if (stop != null) {
      builder.stoppingCriterion(stop);
    }
    if (canvas != null) {
      builder.canvas(canvas);
    }
    if (cache != null) {
      builder.cache(cache);
    }
  }

  /** Builds {@link PluginChoices}. */
  public static final class Builder {
    private @Nullable String noiseSchedule;
    private @Nullable String grid;
    private @Nullable String sampler;
    private @Nullable String stop;
    private @Nullable String canvas;
    private @Nullable String cache;

    private Builder() {}

    /** The noise schedule. */
    @CanIgnoreReturnValue
    public Builder noiseSchedule(@Nullable String spec) {
      this.noiseSchedule = spec;
      return this;
    }

    /** The step grid. */
    @CanIgnoreReturnValue
    public Builder grid(@Nullable String spec) {
      this.grid = spec;
      return this;
    }

    /** The sampler. */
    @CanIgnoreReturnValue
    public Builder sampler(@Nullable String spec) {
      this.sampler = spec;
      return this;
    }

    /** The stopping criterion. */
    @CanIgnoreReturnValue
    public Builder stoppingCriterion(@Nullable String spec) {
      this.stop = spec;
      return this;
    }

    /** The canvas. */
    @CanIgnoreReturnValue
    public Builder canvas(@Nullable String spec) {
      this.canvas = spec;
      return this;
    }

    /** The prompt cache. */
    @CanIgnoreReturnValue
    public Builder cache(@Nullable String spec) {
      this.cache = spec;
      return this;
    }

    /** The choices. */
    public PluginChoices build() {
      return new PluginChoices(noiseSchedule, grid, sampler, stop, canvas, cache);
    }
  }
}
