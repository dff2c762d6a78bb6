package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.GenerationOptions;
import io.github.tess2.PluginException;
import io.github.tess2.SelfConditioning;
import io.github.tess2.runtime.checkpoint.DiffusionConfig;
import io.github.tess2.spi.AcceptingSampler;
import io.github.tess2.spi.CanvasPolicy;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.MaskedSampler;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.PluginChoice;
import io.github.tess2.spi.PromptCache;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.StepGrid;
import io.github.tess2.spi.StoppingCriterion;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All options of a request, with every value set and names resolved to plugins. */
record Settings(
    int steps,
    double temperature,
    double topP,
    boolean greedy,
    long seed,
    NoiseSchedule schedule,
    Sampler sampler,
    SelfConditioning selfConditioning,
    List<Guidance> guidance,
    Decoding decoding) {
  static final int DEFAULT_STEPS = 100;
  static final String DEFAULT_SAMPLER = "simplex-ddpm";

  /**
   * A plugin and the name by which it was chosen, for messages.
   *
   * @param name the plugin's name, or that of its class
   * @param plugin the plugin
   */
  record Named<T>(String name, T plugin) {
    static <T> @Nullable Named<T> of(@Nullable PluginChoice<T> choice) {
      return choice == null ? null : new Named<>(choice.name(), choice.plugin());
    }
  }

  /**
   * Where a request spends its steps.
   *
   * @param grid the times of its steps; null for every i/T
   * @param stop the criterion that may end it before its last step; null for none
   * @param canvas the policy that chooses which positions are generated now; null for all of them
   * @param cache decides when the whole sequence is computed; null for always
   */
  record Decoding(
      @Nullable Named<StepGrid> grid,
      @Nullable Named<StoppingCriterion> stop,
      @Nullable Named<CanvasPolicy> canvas,
      @Nullable Named<PromptCache> cache) {
    /** All steps of all positions. */
    static final Decoding WHOLE = new Decoding(null, null, null, null);
  }

  /** Puts settings together by name. Noise schedule and sampler must be set. */
  static final class Builder {
    private int steps = DEFAULT_STEPS;
    private double temperature = 1;
    private double topP = 1;
    private boolean greedy;
    private long seed;
    private @Nullable NoiseSchedule schedule;
    private @Nullable Sampler sampler;
    private SelfConditioning selfConditioning = SelfConditioning.NONE;
    private List<Guidance> guidance = List.of();
    private Decoding decoding = Decoding.WHOLE;

    private Builder() {}

    @CanIgnoreReturnValue
    Builder steps(int value) {
      steps = value;
      return this;
    }

    @CanIgnoreReturnValue
    Builder temperature(double value) {
      temperature = value;
      return this;
    }

    @CanIgnoreReturnValue
    Builder topP(double value) {
      topP = value;
      return this;
    }

    @CanIgnoreReturnValue
    Builder greedy(boolean value) {
      greedy = value;
      return this;
    }

    @CanIgnoreReturnValue
    Builder seed(long value) {
      seed = value;
      return this;
    }

    @CanIgnoreReturnValue
    Builder schedule(NoiseSchedule value) {
      schedule = value;
      return this;
    }

    @CanIgnoreReturnValue
    Builder sampler(Sampler value) {
      sampler = value;
      return this;
    }

    @CanIgnoreReturnValue
    Builder selfConditioning(SelfConditioning value) {
      selfConditioning = value;
      return this;
    }

    @CanIgnoreReturnValue
    Builder guidance(List<Guidance> value) {
      guidance = value;
      return this;
    }

    @CanIgnoreReturnValue
    Builder decoding(Decoding value) {
      decoding = value;
      return this;
    }

    Settings build() {
      return new Settings(
          steps,
          temperature,
          topP,
          greedy,
          seed,
          requireNonNull(schedule, "schedule"),
          requireNonNull(sampler, "sampler"),
          selfConditioning,
          guidance,
          decoding);
    }
  }

  static Builder builder() {
    return new Builder();
  }

  /** A builder that begins with these settings. */
  Builder toBuilder() {
    return builder()
        .steps(steps)
        .temperature(temperature)
        .topP(topP)
        .greedy(greedy)
        .seed(seed)
        .schedule(schedule)
        .sampler(sampler)
        .selfConditioning(selfConditioning)
        .guidance(guidance)
        .decoding(decoding);
  }

  /**
   * Fills in unset options from the checkpoint.
   *
   * @throws io.github.tess2.PluginException if the schedule or sampler is unknown
   */
  static Settings resolve(GenerationOptions options, DiffusionConfig config) {
    Sampler sampler = plugin(options.sampler(), Settings::defaultSampler);
    if (sampler instanceof MaskedSampler && !(sampler instanceof AcceptingSampler)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "sampler must be for diffusion on the simplex, such as \"%s\", but is:" + " \"%s\"",
              DEFAULT_SAMPLER,
              Failures.nameOf(sampler)));
    }
    return builder()
        .steps(or(options.steps(), DEFAULT_STEPS))
        .temperature(or(options.temperature(), config.temperature()))
        .topP(or(options.topP(), config.topP().orElse(1)))
        .greedy(or(options.greedy(), options.topP() == null && config.topP().isEmpty()))
        .seed(options.seed() == null ? ThreadLocalRandom.current().nextLong() : options.seed())
        .schedule(plugin(options.noiseSchedule(), () -> schedule(config.noiseSchedule())))
        .sampler(sampler)
        .selfConditioning(
            or(options.selfConditioning(), SelfConditioning.of(config.selfConditioning())))
        .guidance(or(options.guidance(), List.<Guidance>of()))
        .decoding(decoding(options))
        .build();
  }

  static Decoding decoding(GenerationOptions options) {
    return new Decoding(
        Named.of(options.grid()),
        Named.of(options.stoppingCriterion()),
        Named.of(options.canvas()),
        Named.of(options.cache()));
  }

  private static <T> T plugin(
      @Nullable PluginChoice<T> choice, Supplier<PluginChoice<T>> otherwise) {
    return (choice == null ? otherwise.get() : choice).plugin();
  }

  private static PluginChoice<NoiseSchedule> schedule(String name) {
    return PluginChoice.named("noise schedule", NoiseSchedule.class, name);
  }

  private static PluginChoice<Sampler> defaultSampler() {
    return PluginChoice.named("sampler", Sampler.class, DEFAULT_SAMPLER);
  }

  private static <T> T or(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  /** These settings with another seed. */
  Settings withSeed(long other) {
    return toBuilder().seed(other).build();
  }

  /**
   * Whether rows with these settings may be sampled together with rows with the other settings, if
   * their noise is the same.
   */
  boolean sampledAlike(Settings other) {
    return temperature == other.temperature
        && topP == other.topP
        && greedy == other.greedy
        && same(sampler, other.sampler)
        && selfConditioning == other.selfConditioning;
  }

  /** Whether two samplers are the same object, or equal. */
  private static boolean same(Sampler one, Sampler other) {
    if (one == other) {
      return true;
    }
    try {
      return one.getClass() == other.getClass() && one.equals(other);
    } catch (Throwable e) {
      // The sampler is third-party code. If its comparison fails, the rows are sampled separately.
      PluginException.throwIfFatal(e);
      return false;
    }
  }
}
