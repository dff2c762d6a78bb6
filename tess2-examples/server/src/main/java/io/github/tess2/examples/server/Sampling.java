package io.github.tess2.examples.server;

import io.github.tess2.GenerationRequest;
import io.github.tess2.SelfConditioning;
import io.github.tess2.examples.text.PluginChoices;
import org.jspecify.annotations.Nullable;

/**
 * Sampling options of a request, under OpenAI's names and this server's own. Null leaves a value to
 * the model.
 *
 * @param steps denoising steps
 * @param temperature 0 takes the likeliest token, as in OpenAI's interface
 * @param topP the probability mass of the nucleus
 * @param plugins the chosen plugins
 */
record Sampling(
    @Nullable Integer steps,
    @Nullable Double temperature,
    @Nullable Double topP,
    PluginChoices plugins,
    @Nullable SelfConditioning selfConditioning) {
  static Sampling read(Fields fields, int mostSteps, PluginTexts plugins) {
    Long steps = fields.integer("steps", 1, mostSteps);
    String mode = fields.text("self_conditioning");
    return new Sampling(
        steps == null ? null : steps.intValue(),
        fields.decimal("temperature"),
        fields.decimal("top_p"),
        PluginChoices.builder()
            .noiseSchedule(plugins.read(fields, "noise_schedule"))
            .grid(plugins.read(fields, "grid"))
            .sampler(plugins.read(fields, "sampler"))
            .stoppingCriterion(plugins.read(fields, "stopping_criterion"))
            .canvas(plugins.read(fields, "canvas"))
            .cache(plugins.read(fields, "cache"))
            .build(),
        mode == null ? null : SelfConditioning.of(mode));
  }

  /** Sets the given options. Throws {@link IllegalArgumentException} if a value is out of range. */
  void applyTo(GenerationRequest.Builder builder) {
    if (steps != null) {
      builder.steps(steps);
    }
    if (topP != null) {
      setTopP(builder, topP);
    }
    if (temperature != null && temperature == 0) {
      builder.greedy();
    } else if (temperature != null) {
      builder.temperature(temperature);
    }
    plugins.applyTo(builder);
    if (selfConditioning != null) {
      builder.selfConditioning(selfConditioning);
    }
  }

  /** Reports an invalid value under the name that requests use. */
  private static void setTopP(GenerationRequest.Builder builder, double topP) {
    try {
      builder.topP(topP);
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid(
          "top_p", "invalid_value", String.valueOf(e.getMessage()).replace("topP", "top_p"));
    }
  }
}
