package io.github.tess2.spark;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.examples.text.SamplingChoices;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.PluginSpec;
import java.io.Serializable;
import java.util.List;

/**
 * The settings that the requests of all rows share.
 *
 * @param form how a prompt is read
 * @param sampling the sampling options, without a seed, because each row has its own
 * @param guidance guidances, each chosen by a text
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
