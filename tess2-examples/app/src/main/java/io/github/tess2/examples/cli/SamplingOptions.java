package io.github.tess2.examples.cli;

import io.github.tess2.OptionsBuilder;
import io.github.tess2.SelfConditioning;
import io.github.tess2.examples.text.PluginChoices;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say how to generate. What is left out is the model's own. */
final class SamplingOptions {
  /** A plugin with its options. */
  private static final String SPEC = "NAME[:OPTION=VALUE,...]";

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Denoising steps. Default: 100, or one a token where the model diffuses by masking.")
  private @Nullable Integer steps;

  @Option(
      names = "--length",
      paramLabel = "N",
      description =
          "Tokens generated at most; not for an infill, whose blanks say it. Default: 256, or as"
              + " many as fit; "
              + EvaluateCommand.DEFAULT_LENGTH
              + " where tasks are evaluated.")
  private @Nullable Integer length;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Same seed, same text. Default: a fresh one, told in the end.")
  private @Nullable Long seed;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "At least 1e-6. Default: the model's.")
  private @Nullable Double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "X",
      description = "The nucleus's mass, above 0 and at most 1. Default: the model's.")
  private @Nullable Double topP;

  @Option(names = "--greedy", description = "Take the likeliest token in place of a draw.")
  private boolean greedy;

  @Option(
      names = "--schedule",
      paramLabel = SPEC,
      description = "The noise schedule. Default: the model's.")
  private @Nullable String schedule;

  @Option(
      names = "--grid",
      paramLabel = SPEC,
      description = "The times that the steps are taken at. Default: uniform.")
  private @Nullable String grid;

  @Option(
      names = "--sampler",
      paramLabel = SPEC,
      description = "The sampler. Default: simplex-ddpm, or that of the model's family.")
  private @Nullable String sampler;

  @Option(
      names = "--stop",
      paramLabel = SPEC,
      description = "What may end an answer before its last step. Default: none.")
  private @Nullable String stop;

  @Option(
      names = "--canvas",
      paramLabel = SPEC,
      description = "Which positions are generated now. Default: whole.")
  private @Nullable String canvas;

  @Option(
      names = "--cache",
      paramLabel = SPEC,
      description = "At which passes the prompt is computed anew. Default: none, at all of them.")
  private @Nullable String cache;

  @Option(
      names = "--self-conditioning",
      paramLabel = "MODE",
      converter = ModeConverter.class,
      description = "How the last prediction enters the next step. Default: the model's.")
  private @Nullable SelfConditioning selfConditioning;

  /** The seed, where one was given. */
  @Nullable Long seed() {
    return seed;
  }

  /** The length, where one was given. */
  @Nullable Integer length() {
    return length;
  }

  /** The number of steps, where it was given. */
  @Nullable Integer steps() {
    return steps;
  }

  /** The canvas, where it was given. */
  @Nullable String canvas() {
    return canvas;
  }

  /** Sets what was given; a value out of range throws {@link IllegalArgumentException}. */
  void applyTo(OptionsBuilder<?> builder) {
    if (greedy && topP != null) {
      throw new IllegalArgumentException("--greedy and --top-p exclude each other");
    }
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
      builder.greedy();
    }
    new PluginChoices(schedule, grid, sampler, stop, canvas, cache).applyTo(builder);
    if (selfConditioning != null) {
      builder.selfConditioning(selfConditioning);
    }
  }

  /** Reads the names that checkpoints use. */
  static final class ModeConverter implements ITypeConverter<SelfConditioning> {
    @Override
    public SelfConditioning convert(String value) {
      try {
        return SelfConditioning.of(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
