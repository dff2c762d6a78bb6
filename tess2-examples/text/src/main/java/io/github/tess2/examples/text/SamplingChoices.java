package io.github.tess2.examples.text;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.OptionsBuilder;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Sampling options of a request. Null leaves a value to the model. Create them with {@link
 * #builder}. The Spark job stores their text next to its answers, and compares it with that of a
 * later job.
 *
 * @param steps denoising steps
 * @param length most tokens of an answer
 * @param seed the seed of the noise and the draws
 * @param temperature the logits are divided by it
 * @param topP the probability mass of the nucleus
 * @param greedy whether the most likely token is taken
 * @param plugins the chosen plugins
 */
public record SamplingChoices(
    @Nullable Integer steps,
    @Nullable Integer length,
    @Nullable Long seed,
    @Nullable Double temperature,
    @Nullable Double topP,
    boolean greedy,
    PluginChoices plugins)
    implements Serializable {
  /** Starts without any choice. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Sets the chosen options.
   *
   * @param builder the builder of a request or a model
   * @throws IllegalArgumentException if a value is out of range, a plugin's text is malformed, or
   *     {@code topP} is set together with {@code greedy}
   */
  public void applyTo(OptionsBuilder<?> builder) {
    if (steps != null) {
      builder.steps(steps);
    }
    if (length != null) {
      builder.length(length);
    }
    if (seed != null) {
      builder.seed(seed);
    }
    if (temperature != null) {
      builder.temperature(temperature);
    }
    if (topP != null) {
      builder.topP(topP);
    }
    if (greedy) {
      if (topP != null) {
        throw new IllegalArgumentException(
            "topP must not be set together with greedy, but is: " + topP);
      }
      builder.greedy();
    }
    plugins.applyTo(builder);
  }

  /** Builds {@link SamplingChoices}. */
  public static final class Builder {
    private @Nullable Integer steps;
    private @Nullable Integer length;
    private @Nullable Long seed;
    private @Nullable Double temperature;
    private @Nullable Double topP;
    private boolean greedy;
    private PluginChoices plugins = PluginChoices.builder().build();

    private Builder() {}

    /** Denoising steps. */
    @CanIgnoreReturnValue
    public Builder steps(@Nullable Integer steps) {
      this.steps = steps;
      return this;
    }

    /** Most tokens of an answer. */
    @CanIgnoreReturnValue
    public Builder length(@Nullable Integer length) {
      this.length = length;
      return this;
    }

    /** The seed of the noise and the draws. */
    @CanIgnoreReturnValue
    public Builder seed(@Nullable Long seed) {
      this.seed = seed;
      return this;
    }

    /** The logits are divided by it. */
    @CanIgnoreReturnValue
    public Builder temperature(@Nullable Double temperature) {
      this.temperature = temperature;
      return this;
    }

    /** The probability mass of the nucleus. */
    @CanIgnoreReturnValue
    public Builder topP(@Nullable Double topP) {
      this.topP = topP;
      return this;
    }

    /** Whether the most likely token is taken. */
    @CanIgnoreReturnValue
    public Builder greedy(boolean greedy) {
      this.greedy = greedy;
      return this;
    }

    /** The chosen plugins. */
    @CanIgnoreReturnValue
    public Builder plugins(PluginChoices plugins) {
      this.plugins = plugins;
      return this;
    }

    /** The choices. */
    public SamplingChoices build() {
      return new SamplingChoices(steps, length, seed, temperature, topP, greedy, plugins);
    }
  }
}
