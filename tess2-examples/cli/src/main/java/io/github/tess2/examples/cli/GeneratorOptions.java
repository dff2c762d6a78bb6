package io.github.tess2.examples.cli;

import io.github.tess2.DiffusionLM;
import picocli.CommandLine.Mixin;

/** The options that choose the model and how it generates. */
final class GeneratorOptions {
  @Mixin private final ModelOptions model = new ModelOptions();
  @Mixin private final SamplingOptions sampling = new SamplingOptions();
  @Mixin private final GuidanceOptions guidance = new GuidanceOptions();

  /** The options that choose the model. */
  ModelOptions model() {
    return model;
  }

  /** The options that choose how it generates. */
  SamplingOptions sampling() {
    return sampling;
  }

  /**
   * Reads the options and opens the guidances. Does not load the model yet. The caller closes the
   * result.
   *
   * @throws IllegalArgumentException if an option is malformed, unknown or out of range
   * @throws io.github.tess2.Tess2Exception if a plugin is unknown or cannot load its model
   */
  Opened open() {
    DiffusionLM.Builder builder = model.builder();
    sampling.applyTo(builder);
    GuidanceOptions.Opened opened = guidance.open();
    opened.applyTo(builder);
    return new Opened(builder, opened);
  }

  /**
   * A model that can be loaded, and the guidances that its requests need.
   *
   * @param model the model's builder, with all options set
   * @param guidance closed with this
   */
  record Opened(DiffusionLM.Builder model, GuidanceOptions.Opened guidance)
      implements AutoCloseable {
    /** Loads the model; the caller closes it. */
    DiffusionLM load(Host host) {
      return ModelOptions.load(host, model);
    }

    @Override
    public void close() {
      guidance.close();
    }
  }
}
