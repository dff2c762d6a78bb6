package io.github.tess2.examples.text;

import io.github.tess2.OptionsBuilder;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Sampling options of a request. Null leaves a value to the model.
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
}
