package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.spi.CanvasPolicy;
import io.github.tess2.spi.CanvasPolicyProvider;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.PluginChoice;
import io.github.tess2.spi.PromptCache;
import io.github.tess2.spi.PromptCacheProvider;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.StepGrid;
import io.github.tess2.spi.StepGridProvider;
import io.github.tess2.spi.StoppingCriterion;
import io.github.tess2.spi.StoppingCriterionProvider;
import java.util.Arrays;

/**
 * The options that {@link DiffusionLM.Builder} and {@link GenerationRequest.Builder} share. Each
 * setter checks its range immediately.
 *
 * @param <B> the builder itself
 */
public abstract class OptionsBuilder<B extends OptionsBuilder<B>> {
  /**
   * The most denoising steps. With more, ᾱ of the linear noise schedules would fall below the
   * smallest representable number.
   */
  public static final int MAX_STEPS = 100_000;

  private final GenerationOptions.Values values = new GenerationOptions.Values();

  OptionsBuilder() {}

  abstract B self();

  /** {@return the options set so far, which later changes to this builder do not affect} */
  final GenerationOptions options() {
    return values.toOptions();
  }

  /** Sets all options that others set. */
  final void addAll(GenerationOptions others) {
    values.putAll(others);
  }

  @CanIgnoreReturnValue
  private <T> B set(GenerationOptions.Key<T> key, T value) {
    values.put(key, value);
    return self();
  }

  /**
   * Sets the number of denoising steps T. More steps refine the answer further, at proportional
   * cost. Default: 100; for masked diffusion models, one for each generated token.
   *
   * @param steps from 1 to {@value #MAX_STEPS}
   * @return this builder
   * @throws IllegalArgumentException if the value is out of range
   */
  @CanIgnoreReturnValue
  public B steps(int steps) {
    return set(GenerationOptions.STEPS, Checks.positive("steps", steps, MAX_STEPS));
  }

  /**
   * Sets the most tokens to generate. The canvas has this length, and the answer ends at the first
   * end-of-sequence token in it. The length of an infill is determined by its blanks: an infill
   * request must not set this, and ignores the model's value. Default: 256, or the room that the
   * prompt leaves in the model's sequence length if that is less.
   *
   * @param length at least 1
   * @return this builder
   * @throws IllegalArgumentException if the value is less
   */
  @CanIgnoreReturnValue
  public B length(int length) {
    return set(GenerationOptions.LENGTH, Checks.positive("length", length));
  }

  /**
   * Sets the temperature that divides the logits before a token is drawn. Default: the checkpoint's
   * value, or 1. Undoes {@link #greedy()}. A masked diffusion model takes the likeliest token
   * unless this or {@link #topP} is set.
   *
   * @param temperature finite and at least 1e-6; below that, no draw would differ from {@link
   *     #greedy()}
   * @return this builder
   * @throws IllegalArgumentException if the value is out of range
   */
  @CanIgnoreReturnValue
  public B temperature(double temperature) {
    set(GenerationOptions.TEMPERATURE, Checks.temperature(temperature));
    return set(GenerationOptions.GREEDY, false);
  }

  /**
   * Draws tokens from the nucleus: the smallest set of likeliest tokens whose probability mass
   * reaches {@code topP}. Default: the checkpoint's value, or 0.99. Undoes {@link #greedy()}.
   *
   * @param topP in (0, 1]; 1 draws from the whole distribution
   * @return this builder
   * @throws IllegalArgumentException if the value is out of range
   */
  @CanIgnoreReturnValue
  public B topP(double topP) {
    set(GenerationOptions.TOP_P, Checks.topP(topP));
    return set(GenerationOptions.GREEDY, false);
  }

  /**
   * Takes the likeliest token at each step instead of a draw from the nucleus. A later {@link
   * #temperature} or {@link #topP} undoes it, also in a request whose defaults are greedy.
   *
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B greedy() {
    return set(GenerationOptions.GREEDY, true);
  }

  /**
   * Sets the seed of the noise and the draws. The same seed gives the same text on the same device
   * and precision; on a CPU, whatever else is running. Default: a new random seed for each request,
   * which {@link GenerationResult#seed()} returns.
   *
   * @param seed any number
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B seed(long seed) {
    return set(GenerationOptions.SEED, seed);
  }

  /**
   * Selects the noise schedule by name. Default: the checkpoint's, or {@code
   * squaredcos_improved_ddpm}.
   *
   * @param spec the name of an installed {@link NoiseSchedule}, optionally with options: {@code
   *     name:key=value}
   * @return this builder
   * @throws IllegalArgumentException if it is blank or malformed; {@link
   *     DiffusionLM.Builder#build()} or the generate call reports an unknown name or wrong options
   */
  @CanIgnoreReturnValue
  public B noiseSchedule(String spec) {
    return set(
        GenerationOptions.NOISE_SCHEDULE,
        PluginChoice.named("noise schedule", NoiseSchedule.class, spec));
  }

  /**
   * Sets the noise schedule.
   *
   * @param schedule the schedule
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B noiseSchedule(NoiseSchedule schedule) {
    return set(GenerationOptions.NOISE_SCHEDULE, PluginChoice.of("noise schedule", schedule));
  }

  /**
   * Selects the step grid, which sets the times of the steps, by name. Default: {@code uniform}.
   *
   * @param spec the name of an installed {@link StepGridProvider}, optionally with options: {@code
   *     name:key=value}
   * @return this builder
   * @throws IllegalArgumentException if it is blank or malformed; {@link
   *     DiffusionLM.Builder#build()} or the generate call reports an unknown name or wrong options
   */
  @CanIgnoreReturnValue
  public B grid(String spec) {
    return set(
        GenerationOptions.GRID, PluginChoice.named("step grid", StepGridProvider.class, spec));
  }

  /**
   * Sets the step grid.
   *
   * @param grid the step grid
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B grid(StepGrid grid) {
    return set(GenerationOptions.GRID, PluginChoice.of("step grid", grid));
  }

  /**
   * Selects the sampler by name. Default: {@code simplex-ddpm}; for masked diffusion models, the
   * usual sampler of the model's family.
   *
   * @param spec the name of an installed {@link Sampler}, optionally with options: {@code
   *     name:key=value}
   * @return this builder
   * @throws IllegalArgumentException if it is blank or malformed; {@link
   *     DiffusionLM.Builder#build()} or the generate call reports an unknown name or wrong options
   */
  @CanIgnoreReturnValue
  public B sampler(String spec) {
    return set(GenerationOptions.SAMPLER, PluginChoice.named("sampler", Sampler.class, spec));
  }

  /**
   * Sets the sampler.
   *
   * @param sampler the sampler
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B sampler(Sampler sampler) {
    return set(GenerationOptions.SAMPLER, PluginChoice.of("sampler", sampler));
  }

  /**
   * Selects the stopping criterion, which may end a request before its last step, by name. Default:
   * {@code none}.
   *
   * @param spec the name of an installed {@link StoppingCriterionProvider}, optionally with
   *     options: {@code name:key=value}
   * @return this builder
   * @throws IllegalArgumentException if it is blank or malformed; {@link
   *     DiffusionLM.Builder#build()} or the generate call reports an unknown name or wrong options
   */
  @CanIgnoreReturnValue
  public B stoppingCriterion(String spec) {
    return set(
        GenerationOptions.STOPPING_CRITERION,
        PluginChoice.named("stopping criterion", StoppingCriterionProvider.class, spec));
  }

  /**
   * Sets the stopping criterion.
   *
   * @param criterion the stopping criterion
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B stoppingCriterion(StoppingCriterion criterion) {
    return set(
        GenerationOptions.STOPPING_CRITERION, PluginChoice.of("stopping criterion", criterion));
  }

  /**
   * Selects the canvas policy, which sets the positions that are generated at a time, by name.
   * Default: {@code whole}.
   *
   * @param spec the name of an installed {@link CanvasPolicyProvider}, optionally with options:
   *     {@code name:key=value}
   * @return this builder
   * @throws IllegalArgumentException if it is blank or malformed; {@link
   *     DiffusionLM.Builder#build()} or the generate call reports an unknown name or wrong options
   */
  @CanIgnoreReturnValue
  public B canvas(String spec) {
    return set(
        GenerationOptions.CANVAS, PluginChoice.named("canvas", CanvasPolicyProvider.class, spec));
  }

  /**
   * Sets the canvas policy.
   *
   * @param canvas the canvas policy
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B canvas(CanvasPolicy canvas) {
    return set(GenerationOptions.CANVAS, PluginChoice.of("canvas", canvas));
  }

  /**
   * Selects the prompt cache by name. It sets which passes compute the whole sequence, and which
   * compute only the generated positions. Default: {@code none}, which computes the whole sequence
   * at every pass.
   *
   * @param spec the name of an installed {@link PromptCacheProvider}, optionally with options:
   *     {@code name:key=value}
   * @return this builder
   * @throws IllegalArgumentException if it is blank or malformed; {@link
   *     DiffusionLM.Builder#build()} or the generate call reports an unknown name or wrong options
   */
  @CanIgnoreReturnValue
  public B cache(String spec) {
    return set(
        GenerationOptions.CACHE,
        PluginChoice.named("prompt cache", PromptCacheProvider.class, spec));
  }

  /**
   * Sets the prompt cache.
   *
   * @param cache the prompt cache
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B cache(PromptCache cache) {
    return set(GenerationOptions.CACHE, PluginChoice.of("prompt cache", cache));
  }

  /**
   * Sets how the last prediction is mixed into the input. Default: the checkpoint's mode, or {@link
   * SelfConditioning#LOGITS_MEAN}. A mode that the model was not trained with reduces quality.
   *
   * @param mode the mode
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B selfConditioning(SelfConditioning mode) {
    return set(GenerationOptions.SELF_CONDITIONING, requireNonNull(mode, "self-conditioning"));
  }

  /**
   * Sets the guidances. At each step, each guidance in turn may change the logits. Default: none. A
   * call without arguments removes inherited guidances.
   *
   * @param guidance the guidances, in order of application
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B guidance(Guidance... guidance) {
    requireNonNull(guidance, "guidances");
    return set(GenerationOptions.GUIDANCE, Checks.list("guidance", Arrays.asList(guidance)));
  }
}
