package io.github.tess2.examples.cli;

import io.github.tess2.OptionsBuilder;
import io.github.tess2.SelfConditioning;
import io.github.tess2.examples.text.PluginChoices;
import io.github.tess2.examples.text.SamplingChoices;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that choose how to generate. The model's defaults apply to those left out. */
final class SamplingOptions {
  /** A plugin with its options. */
  private static final String SPEC = "NAME[:OPTION=VALUE,...]";

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Denoising steps. Default: 100, or one per generated token for masked diffusion models.")
  private @Nullable Integer steps;

  @Option(
      names = "--length",
      paramLabel = "N",
      description =
          "Maximum generated tokens; not allowed for an infill, whose blanks have their own"
              + " widths. Default: 256, or as"
              + " many as fit; "
              + EvaluateCommand.DEFAULT_LENGTH
              + " when tasks are evaluated.")
  private @Nullable Integer length;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "The same seed gives the same text; not allowed for a server, whose requests have their"
              + " own seeds. Default: a random one, which generate, infill and stream print; "
              + EvaluateCommand.DEFAULT_SEED
              + " when tasks are evaluated.")
  private @Nullable Long seed;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "At least 1e-6. Default: the model's.")
  private @Nullable Double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "X",
      description = "Top-p, above 0 and at most 1. Default: the model's.")
  private @Nullable Double topP;

  @Option(names = "--greedy", description = "Take the most likely token instead of drawing one.")
  private boolean greedy;

  @Option(
      names = {"--schedule", "--noise-schedule"},
      paramLabel = SPEC,
      description = "The noise schedule. Default: the model's.")
  private @Nullable String schedule;

  @Option(
      names = "--grid",
      paramLabel = SPEC,
      description = "The step grid: the times of the steps. Default: uniform.")
  private @Nullable String grid;

  @Option(
      names = "--sampler",
      paramLabel = SPEC,
      description = "The sampler. Default: simplex-ddpm, or that of the model's family.")
  private @Nullable String sampler;

  @Option(
      names = {"--stop", "--stopping-criterion"},
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
      description =
          "The prompt cache: in which passes the prompt is computed again. Default: none,"
              + " which is every pass.")
  private @Nullable String cache;

  @Option(
      names = "--self-conditioning",
      paramLabel = "MODE",
      converter = ModeConverter.class,
      description = "How the last prediction enters the next step. Default: the model's.")
  private @Nullable SelfConditioning selfConditioning;

  /** The seed, if given. */
  @Nullable Long seed() {
    return seed;
  }

  /** The length, if given. */
  @Nullable Integer length() {
    return length;
  }

  /** The number of steps, if given. */
  @Nullable Integer steps() {
    return steps;
  }

  /** The canvas, if given. */
  @Nullable String canvas() {
    return canvas;
  }

  /** Sets the given options. Throws {@link IllegalArgumentException} if a value is out of range. */
  void applyTo(OptionsBuilder<?> builder) {
    if (greedy && topP != null) {
      throw new IllegalArgumentException("--greedy and --top-p exclude each other");
    }
    PluginChoices plugins =
        PluginChoices.builder()
            .noiseSchedule(schedule)
            .grid(grid)
            .sampler(sampler)
            .stoppingCriterion(stop)
            .canvas(canvas)
            .cache(cache)
            .build();
    SamplingChoices.builder()
        .steps(steps)
        .length(length)
        .seed(seed)
        .temperature(temperature)
        .topP(topP)
        .greedy(greedy)
        .plugins(plugins)
        .build()
        .applyTo(builder);
    if (selfConditioning != null) {
      builder.selfConditioning(selfConditioning);
    }
  }

  /** Reads the names that are used in checkpoints. */
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
