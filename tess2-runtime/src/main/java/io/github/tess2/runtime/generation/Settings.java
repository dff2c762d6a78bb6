package io.github.tess2.runtime.generation;

import io.github.tess2.GenerationOptions;
import io.github.tess2.SelfConditioning;
import io.github.tess2.runtime.checkpoint.DiffusionConfig;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Sampler;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Every option of a request with a value, names resolved to plugins. */
record Settings(
    int steps,
    double temperature,
    double topP,
    boolean greedy,
    long seed,
    NoiseSchedule schedule,
    Sampler sampler,
    SelfConditioning selfConditioning,
    List<Guidance> guidance) {
  static final int DEFAULT_STEPS = 100;
  static final String DEFAULT_SAMPLER = "simplex-ddpm";

  /**
   * Fills in what is not set from the checkpoint.
   *
   * @throws io.github.tess2.PluginException if the schedule or sampler is unknown
   */
  static Settings resolve(GenerationOptions options, DiffusionConfig config) {
    return new Settings(
        or(options.steps(), DEFAULT_STEPS),
        or(options.temperature(), config.temperature()),
        or(options.topP(), config.topP().orElse(1)),
        or(options.greedy(), options.topP() == null && config.topP().isEmpty()),
        options.seed() == null ? ThreadLocalRandom.current().nextLong() : options.seed(),
        RequestPlugins.schedule(or(options.noiseSchedule(), config.noiseSchedule())),
        RequestPlugins.sampler(or(options.sampler(), DEFAULT_SAMPLER)),
        or(options.selfConditioning(), SelfConditioning.of(config.selfConditioning())),
        or(options.guidance(), List.<Guidance>of()));
  }

  private static <T> T or(@org.jspecify.annotations.Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  /** These settings under another seed. */
  Settings withSeed(long other) {
    return new Settings(
        steps, temperature, topP, greedy, other, schedule, sampler, selfConditioning, guidance);
  }

  /** Whether rows under these settings may be sampled in one go with rows under the others. */
  boolean sampledAlike(Settings other) {
    return steps == other.steps
        && temperature == other.temperature
        && topP == other.topP
        && greedy == other.greedy
        && schedule == other.schedule
        && sampler == other.sampler
        && selfConditioning == other.selfConditioning;
  }
}
