package io.github.tess2.spark;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.OptionsBuilder;
import io.github.tess2.examples.text.PluginChoices;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.PluginSpec;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the requests of all rows have in common. What is null is left to the model.
 *
 * @param form how a prompt is read
 * @param steps denoising steps
 * @param length tokens of an answer at most
 * @param temperature what the logits are divided by
 * @param topP mass of the nucleus
 * @param greedy whether the likeliest token is taken
 * @param plugins chosen by name
 * @param guidance each chosen by name
 */
record RequestSettings(
    PromptForm form,
    @Nullable Integer steps,
    @Nullable Integer length,
    @Nullable Double temperature,
    @Nullable Double topP,
    boolean greedy,
    PluginChoices plugins,
    List<String> guidance)
    implements Serializable {

  /**
   * Checks what can be checked without the model.
   *
   * @throws IllegalArgumentException if a value is out of range, or a plugin's text is malformed
   */
  void check() {
    if (greedy && topP != null) {
      throw new IllegalArgumentException("topP must not be set beside greedy, but is: " + topP);
    }
    if (form == PromptForm.INFILL && length != null) {
      throw new IllegalArgumentException(
          "length must not be set for an infill, whose blanks say how wide they are, but is: "
              + length);
    }
    applyTo(DiffusionLM.builder());
    guidance.forEach(PluginSpec::parse);
  }

  /**
   * Makes a row's request.
   *
   * @throws IllegalArgumentException if the prompt is blank or malformed
   */
  GenerationRequest request(String prompt, long seed, Guidance... opened) {
    GenerationRequest.Builder builder = GenerationRequest.builder(form.read(prompt)).seed(seed);
    applyTo(builder);
    return builder.guidance(opened).build();
  }

  private void applyTo(OptionsBuilder<?> builder) {
    if (steps != null) {
      builder.steps(steps);
    }
    if (length != null) {
      builder.length(length);
    }
    if (temperature != null) {
      builder.temperature(temperature);
    }
    if (topP != null) {
      builder.topP(topP);
    }
    if (greedy) {
      builder.greedy();
    }
    plugins.applyTo(builder);
  }
}
