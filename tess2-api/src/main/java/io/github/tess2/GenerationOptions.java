package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.github.tess2.spi.CanvasPolicy;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.PluginChoice;
import io.github.tess2.spi.PromptCache;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.StepGrid;
import io.github.tess2.spi.StoppingCriterion;
import org.jspecify.annotations.Nullable;

/**
 * How to generate. Every option is either set or null, and null means "whatever holds one level
 * up": a request falls back to its {@link DiffusionLM}, which falls back to the checkpoint. Made by
 * the builders that extend {@link OptionsBuilder}, which check the ranges; immutable.
 */
public final class GenerationOptions {
  private final @Nullable Integer steps;
  private final @Nullable Integer length;
  private final @Nullable Double temperature;
  private final @Nullable Double topP;
  private final @Nullable Boolean greedy;
  private final @Nullable Long seed;
  private final @Nullable PluginChoice<NoiseSchedule> noiseSchedule;
  private final @Nullable PluginChoice<StepGrid> grid;
  private final @Nullable PluginChoice<Sampler> sampler;
  private final @Nullable PluginChoice<StoppingCriterion> stop;
  private final @Nullable PluginChoice<CanvasPolicy> canvas;
  private final @Nullable PluginChoice<PromptCache> cache;
  private final @Nullable SelfConditioning selfConditioning;
  private final @Nullable ImmutableList<Guidance> guidance;

  GenerationOptions(OptionsBuilder<?> set) {
    steps = set.steps;
    length = set.length;
    temperature = set.temperature;
    topP = set.topP;
    greedy = set.greedy;
    seed = set.seed;
    noiseSchedule = set.noiseSchedule;
    grid = set.grid;
    sampler = set.sampler;
    stop = set.stop;
    canvas = set.canvas;
    cache = set.cache;
    selfConditioning = set.selfConditioning;
    guidance = set.guidance;
  }

  private GenerationOptions(GenerationOptions own, GenerationOptions defaults) {
    steps = first(own.steps, defaults.steps);
    length = first(own.length, defaults.length);
    temperature = first(own.temperature, defaults.temperature);
    topP = first(own.topP, defaults.topP);
    greedy = first(own.greedy, defaults.greedy);
    seed = first(own.seed, defaults.seed);
    noiseSchedule = first(own.noiseSchedule, defaults.noiseSchedule);
    grid = first(own.grid, defaults.grid);
    sampler = first(own.sampler, defaults.sampler);
    stop = first(own.stop, defaults.stop);
    canvas = first(own.canvas, defaults.canvas);
    cache = first(own.cache, defaults.cache);
    selfConditioning = first(own.selfConditioning, defaults.selfConditioning);
    guidance = first(own.guidance, defaults.guidance);
  }

  /**
   * {@return these options with every unset one taken from another level}
   *
   * @param defaults where to look for what is not set here
   */
  public GenerationOptions orElse(GenerationOptions defaults) {
    return new GenerationOptions(this, requireNonNull(defaults, "defaults"));
  }

  private static <T> @Nullable T first(@Nullable T own, @Nullable T other) {
    return own != null ? own : other;
  }

  /**
   * {@return denoising steps T, from 1 to {@value OptionsBuilder#MAX_STEPS}; null where not set}
   */
  public @Nullable Integer steps() {
    return steps;
  }

  /**
   * {@return tokens generated at most, at least 1 (an infill passes over its model's: its blanks
   * say); null where not set}
   */
  public @Nullable Integer length() {
    return length;
  }

  /**
   * {@return what divides the logits before a token is drawn, at least 1e-6; null where not set}
   */
  public @Nullable Double temperature() {
    return temperature;
  }

  /** {@return the mass of the nucleus tokens are drawn from, in (0, 1]; null where not set} */
  public @Nullable Double topP() {
    return topP;
  }

  /** {@return whether the likeliest token is taken in place of a draw; null where not set} */
  public @Nullable Boolean greedy() {
    return greedy;
  }

  /** {@return the seed of the noise and the draws; null where not set} */
  public @Nullable Long seed() {
    return seed;
  }

  /** {@return the name of the {@link NoiseSchedule}, options left out; null where not set} */
  public @Nullable String noiseSchedule() {
    return noiseSchedule == null ? null : noiseSchedule.name();
  }

  /** {@return the noise schedule; null where not set} */
  public @Nullable PluginChoice<NoiseSchedule> noiseScheduleChoice() {
    return noiseSchedule;
  }

  /** {@return which times the steps are taken at; null where not set} */
  public @Nullable PluginChoice<StepGrid> grid() {
    return grid;
  }

  /** {@return the name of the {@link Sampler}, options left out; null where not set} */
  public @Nullable String sampler() {
    return sampler == null ? null : sampler.name();
  }

  /** {@return the sampler; null where not set} */
  public @Nullable PluginChoice<Sampler> samplerChoice() {
    return sampler;
  }

  /** {@return what may end a request before its last step; null where not set} */
  public @Nullable PluginChoice<StoppingCriterion> stop() {
    return stop;
  }

  /** {@return which positions are generated now; null where not set} */
  public @Nullable PluginChoice<CanvasPolicy> canvas() {
    return canvas;
  }

  /** {@return at which passes the whole sequence is computed; null where not set} */
  public @Nullable PluginChoice<PromptCache> cache() {
    return cache;
  }

  /** {@return how the last prediction is mixed into the input; null where not set} */
  public @Nullable SelfConditioning selfConditioning() {
    return selfConditioning;
  }

  /**
   * {@return what steers the logits, in order of application; empty for nothing; null where not
   * set}
   */
  public @Nullable ImmutableList<Guidance> guidance() {
    return guidance;
  }
}
