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
 * Options for generation. An option that is null is inherited: a request falls back to its {@link
 * DiffusionLM}, which falls back to the checkpoint. Created by the builders that extend {@link
 * OptionsBuilder}, which check the ranges. Immutable.
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
   * {@return these options, with unset ones taken from the defaults}
   *
   * @param defaults values for the options that are not set here
   */
  public GenerationOptions orElse(GenerationOptions defaults) {
    return new GenerationOptions(this, requireNonNull(defaults, "defaults"));
  }

  private static <T> @Nullable T first(@Nullable T own, @Nullable T other) {
    return own != null ? own : other;
  }

  /**
   * {@return number of denoising steps T, from 1 to {@value OptionsBuilder#MAX_STEPS}; null if not
   * set}
   */
  public @Nullable Integer steps() {
    return steps;
  }

  /**
   * {@return the most tokens to generate, at least 1 (an infill ignores the model's value, because
   * its blanks determine the length); null if not set}
   */
  public @Nullable Integer length() {
    return length;
  }

  /**
   * {@return the temperature that divides the logits before a token is drawn, at least 1e-6; null
   * if not set}
   */
  public @Nullable Double temperature() {
    return temperature;
  }

  /**
   * {@return the probability mass of the nucleus that tokens are drawn from, in (0, 1]; null if not
   * set}
   */
  public @Nullable Double topP() {
    return topP;
  }

  /** {@return whether the likeliest token is taken instead of a draw; null if not set} */
  public @Nullable Boolean greedy() {
    return greedy;
  }

  /** {@return the seed of the noise and the draws; null if not set} */
  public @Nullable Long seed() {
    return seed;
  }

  /** {@return the name of the {@link NoiseSchedule} without options; null if not set} */
  public @Nullable String noiseSchedule() {
    return noiseSchedule == null ? null : noiseSchedule.name();
  }

  /** {@return the noise schedule; null if not set} */
  public @Nullable PluginChoice<NoiseSchedule> noiseScheduleChoice() {
    return noiseSchedule;
  }

  /** {@return the step grid, which sets the times of the steps; null if not set} */
  public @Nullable PluginChoice<StepGrid> grid() {
    return grid;
  }

  /** {@return the name of the {@link Sampler} without options; null if not set} */
  public @Nullable String sampler() {
    return sampler == null ? null : sampler.name();
  }

  /** {@return the sampler; null if not set} */
  public @Nullable PluginChoice<Sampler> samplerChoice() {
    return sampler;
  }

  /** {@return the criterion that may end a request before its last step; null if not set} */
  public @Nullable PluginChoice<StoppingCriterion> stop() {
    return stop;
  }

  /** {@return the policy that sets which positions are generated at a time; null if not set} */
  public @Nullable PluginChoice<CanvasPolicy> canvas() {
    return canvas;
  }

  /**
   * {@return the prompt cache, which sets the passes that compute the whole sequence; null if not
   * set}
   */
  public @Nullable PluginChoice<PromptCache> cache() {
    return cache;
  }

  /** {@return how the last prediction is mixed into the input; null if not set} */
  public @Nullable SelfConditioning selfConditioning() {
    return selfConditioning;
  }

  /** {@return the guidances, in order of application; empty for none; null if not set} */
  public @Nullable ImmutableList<Guidance> guidance() {
    return guidance;
  }
}
