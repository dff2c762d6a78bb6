package io.github.tess2.runtime.generation;

import io.github.tess2.GenerationOptions;
import io.github.tess2.SelfConditioning;
import io.github.tess2.runtime.checkpoint.DiffusionConfig;
import io.github.tess2.runtime.checkpoint.MaskedConfig;
import io.github.tess2.spi.MaskedSampler;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.PluginChoice;
import io.github.tess2.spi.Sampler;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Settings of requests to a masked diffusion model. Options that do not apply to it are refused.
 */
final class MaskedSettings {
  private MaskedSettings() {}

  /**
   * Fills in what is not set: a step for each position, the likeliest token, the family's sampler.
   *
   * @param options the options of the request
   * @param masked the model's configuration
   * @param rows the number of generated positions
   * @throws io.github.tess2.PluginException if the sampler is unknown
   * @throws IllegalArgumentException if an option or the sampler does not apply to such a model, or
   *     the sampler does not fit the request
   */
  static Settings resolve(GenerationOptions options, MaskedConfig masked, int rows) {
    MaskedSampler sampler = check(options, masked);
    Integer asked = options.steps();
    int steps = asked == null ? rows : asked;
    check(sampler, rows, steps);
    Double temperature = options.temperature();
    Double topP = options.topP();
    Boolean greedy = options.greedy();
    Long seed = options.seed();
    return Settings.builder()
        .steps(steps)
        .temperature(temperature == null ? 1 : temperature)
        .topP(topP == null ? 1 : topP)
        .greedy(greedy == null ? temperature == null && topP == null : greedy)
        .seed(seed == null ? ThreadLocalRandom.current().nextLong() : seed)
        .schedule(
            PluginChoice.named(
                    "noise schedule", NoiseSchedule.class, DiffusionConfig.TESS2.noiseSchedule())
                .plugin())
        .sampler(sampler)
        .selfConditioning(SelfConditioning.NONE)
        .guidance(options.guidance() == null ? List.of() : options.guidance())
        .decoding(Settings.decoding(options))
        .build();
  }

  /**
   * Checks everything that does not depend on the prompt.
   *
   * @return the sampler
   */
  static MaskedSampler check(GenerationOptions options, MaskedConfig masked) {
    requireUnset("noise schedule", options.noiseSchedule());
    requireUnset("step grid", options.grid());
    requireUnset("canvas", options.canvas());
    requireUnset("self-conditioning", options.selfConditioning());
    PluginChoice<Sampler> choice = options.sampler();
    Sampler sampler =
        (choice == null ? PluginChoice.named("sampler", Sampler.class, masked.sampler()) : choice)
            .plugin();
    if (sampler instanceof MaskedSampler fitting) {
      return fitting;
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "sampler must be for masked diffusion, such as \"%s\", but is: \"%s\"",
            masked.sampler(),
            Failures.nameOf(sampler)));
  }

  private static void requireUnset(String option, @Nullable Object value) {
    if (value != null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must not be set for a masked diffusion model, but is: %s",
              option,
              value));
    }
  }

  private static void check(MaskedSampler sampler, int rows, int steps) {
    try {
      sampler.check(rows, steps);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "sampler \"%s\" does not fit its request: %s",
              Failures.nameOf(sampler),
              Failures.why(e)),
          e);
    } catch (Throwable e) {
      throw Failures.of("sampler", Failures.nameOf(sampler), "in check()", e);
    }
  }
}
