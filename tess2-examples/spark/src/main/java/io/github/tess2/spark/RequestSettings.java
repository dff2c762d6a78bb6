package io.github.tess2.spark;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.examples.text.SamplingChoices;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.PluginSpec;
import java.io.Serializable;
import java.util.List;

/**
 * What the requests of all rows have in common.
 *
 * @param form how a prompt is read
 * @param sampling how an answer is sampled; without a seed, which is the row's
 * @param guidance each chosen by name
 */
record RequestSettings(PromptForm form, SamplingChoices sampling, List<String> guidance)
    implements Serializable {

  /**
   * Checks what can be checked without the model.
   *
   * @throws IllegalArgumentException if a value is out of range, or a plugin's text is malformed
   */
  void check() {
    if (form == PromptForm.INFILL && sampling.length() != null) {
      throw new IllegalArgumentException(
          "length must not be set for an infill, whose blanks say how wide they are, but is: "
              + sampling.length());
    }
    sampling.applyTo(DiffusionLM.builder());
    guidance.forEach(PluginSpec::parse);
  }

  /**
   * Makes a row's request.
   *
   * @throws IllegalArgumentException if the prompt is blank or malformed
   */
  GenerationRequest request(String prompt, long seed, Guidance... opened) {
    GenerationRequest.Builder builder = GenerationRequest.builder(form.read(prompt)).seed(seed);
    sampling.applyTo(builder);
    return builder.guidance(opened).build();
  }
}
