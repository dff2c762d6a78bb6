package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
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
import org.jspecify.annotations.Nullable;

/**
 * The options that {@link DiffusionLM.Builder} and {@link GenerationRequest.Builder} share. Each
 * setter checks its own range at once.
 *
 * @param <B> the builder itself
 */
public abstract class OptionsBuilder<B extends OptionsBuilder<B>> {
  /**
   * The most denoising steps. Beyond it ᾱ of the linear noise schedules falls below the least
   * number there is.
   */
  public static final int MAX_STEPS = 100_000;

  @Nullable Integer steps;
  @Nullable Integer length;
  @Nullable Double temperature;
  @Nullable Double topP;
  @Nullable Boolean greedy;
  @Nullable Long seed;
  @Nullable PluginChoice<NoiseSchedule> noiseSchedule;
  @Nullable PluginChoice<StepGrid> grid;
  @Nullable PluginChoice<Sampler> sampler;
  @Nullable PluginChoice<StoppingCriterion> stop;
  @Nullable PluginChoice<CanvasPolicy> canvas;
  @Nullable PluginChoice<PromptCache> cache;
  @Nullable SelfConditioning selfConditioning;
  @Nullable ImmutableList<Guidance> guidance;

  OptionsBuilder() {}

  abstract B self();

  GenerationOptions options() {
    return new GenerationOptions(this);
  }

  /**
   * Sets the number of denoising steps T. More steps refine the answer further, at proportional
   * cost. Default: 100; one for each generated token where the model diffuses by masking.
   *
   * @param steps from 1 to {@value #MAX_STEPS}
   * @return this builder
   * @throws IllegalArgumentException if it is out of range
   */
  @CanIgnoreReturnValue
  public B steps(int steps) {
    this.steps = Checks.positive("steps", steps, MAX_STEPS);
    return self();
  }

  /**
   * Sets how many tokens are generated at most: the canvas is this long, and the answer ends at the
   * first end-of-sequence in it. An infill's blanks say it themselves: a request for one must not
   * set it, and passes over its model's. Default: 256, or as much as the model's sequence length
   * leaves beside the prompt where that is less.
   *
   * @param length at least 1
   * @return this builder
   * @throws IllegalArgumentException if it is less
   */
  @CanIgnoreReturnValue
  public B length(int length) {
    this.length = Checks.positive("length", length);
    return self();
  }

  /**
   * Sets what the logits are divided by before a token is drawn. Default: the checkpoint's, 1 where
   * it has none. A model that diffuses by masking takes the likeliest token unless this or {@link
   * #topP} is set.
   *
   * @param temperature finite and at least 1e-6, below which no draw differs from {@link #greedy()}
   * @return this builder
   * @throws IllegalArgumentException if it is out of range
   */
  @CanIgnoreReturnValue
  public B temperature(double temperature) {
    this.temperature = Checks.temperature(temperature);
    return self();
  }

  /**
   * Draws tokens from the nucleus: the smallest set of likeliest tokens whose mass reaches {@code
   * topP}. Default: the checkpoint's, 0.99 where it has none. Undoes {@link #greedy()}.
   *
   * @param topP in (0, 1]; 1 draws from the whole distribution
   * @return this builder
   * @throws IllegalArgumentException if it is out of range
   */
  @CanIgnoreReturnValue
  public B topP(double topP) {
    this.topP = Checks.topP(topP);
    this.greedy = false;
    return self();
  }

  /**
   * Takes the likeliest token at each step in place of a draw from the nucleus.
   *
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B greedy() {
    this.greedy = true;
    return self();
  }

  /**
   * Sets the seed of the noise and the draws. The same seed gives the same text on the same device
   * and precision, whatever else runs. Default: a fresh one for each request, told by {@link
   * GenerationResult#seed()}.
   *
   * @param seed any number
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B seed(long seed) {
    this.seed = seed;
    return self();
  }

  /**
   * Chooses the noise schedule by name. Default: the checkpoint's, {@code squaredcos_improved_ddpm}
   * where it has none.
   *
   * @param spec the name of an installed {@link NoiseSchedule}, with options or without: {@code
   *     name:key=value}
   * @return this builder
   * @throws IllegalArgumentException if it is blank or malformed; an unknown name and options that
   *     do not fit are reported by {@link DiffusionLM.Builder#build()} or the generate call
   */
  @CanIgnoreReturnValue
  public B noiseSchedule(String spec) {
    this.noiseSchedule = PluginChoice.named("noise schedule", NoiseSchedule.class, spec);
    return self();
  }

  /**
   * Sets the noise schedule.
   *
   * @param schedule in place of one chosen by name
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B noiseSchedule(NoiseSchedule schedule) {
    this.noiseSchedule = PluginChoice.of("noise schedule", schedule);
    return self();
  }

  /**
   * Chooses the step grid by name, which times the steps are taken at. Default: {@code uniform}.
   *
   * @param spec the name of an installed {@link StepGridProvider}, with options or without: {@code
   *     name:key=value}
   * @return this builder
   * @throws IllegalArgumentException if it is blank or malformed; an unknown name and options that
   *     do not fit are reported by {@link DiffusionLM.Builder#build()} or the generate call
   */
  @CanIgnoreReturnValue
  public B grid(String spec) {
    this.grid = PluginChoice.named("step grid", StepGridProvider.class, spec);
    return self();
  }

  /**
   * Sets the step grid.
   *
   * @param grid in place of one chosen by name
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B grid(StepGrid grid) {
    this.grid = PluginChoice.of("step grid", grid);
    return self();
  }

  /**
   * Chooses the sampler by name. Default: {@code simplex-ddpm}, or the one that the model's family
   * is known with where it diffuses by masking.
   *
   * @param spec the name of an installed {@link Sampler}, with options or without: {@code
   *     name:key=value}
   * @return this builder
   * @throws IllegalArgumentException if it is blank or malformed; an unknown name and options that
   *     do not fit are reported by {@link DiffusionLM.Builder#build()} or the generate call
   */
  @CanIgnoreReturnValue
  public B sampler(String spec) {
    this.sampler = PluginChoice.named("sampler", Sampler.class, spec);
    return self();
  }

  /**
   * Sets the sampler.
   *
   * @param sampler in place of one chosen by name
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B sampler(Sampler sampler) {
    this.sampler = PluginChoice.of("sampler", sampler);
    return self();
  }

  /**
   * Chooses the stopping criterion by name, which may end a request before its last step. Default:
   * {@code none}.
   *
   * @param spec the name of an installed {@link StoppingCriterionProvider}, with options or
   *     without: {@code name:key=value}
   * @return this builder
   * @throws IllegalArgumentException if it is blank or malformed; an unknown name and options that
   *     do not fit are reported by {@link DiffusionLM.Builder#build()} or the generate call
   */
  @CanIgnoreReturnValue
  public B stop(String spec) {
    this.stop = PluginChoice.named("stopping criterion", StoppingCriterionProvider.class, spec);
    return self();
  }

  /**
   * Sets the stopping criterion.
   *
   * @param criterion in place of one chosen by name
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B stop(StoppingCriterion criterion) {
    this.stop = PluginChoice.of("stopping criterion", criterion);
    return self();
  }

  /**
   * Chooses the canvas by name: which positions are generated now. Default: {@code whole}.
   *
   * @param spec the name of an installed {@link CanvasPolicyProvider}, with options or without:
   *     {@code name:key=value}
   * @return this builder
   * @throws IllegalArgumentException if it is blank or malformed; an unknown name and options that
   *     do not fit are reported by {@link DiffusionLM.Builder#build()} or the generate call
   */
  @CanIgnoreReturnValue
  public B canvas(String spec) {
    this.canvas = PluginChoice.named("canvas", CanvasPolicyProvider.class, spec);
    return self();
  }

  /**
   * Sets the canvas.
   *
   * @param canvas in place of one chosen by name
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B canvas(CanvasPolicy canvas) {
    this.canvas = PluginChoice.of("canvas", canvas);
    return self();
  }

  /**
   * Chooses the prompt cache by name: at which passes the whole sequence is computed, and at which
   * only the positions that are generated. Default: {@code none}, the whole sequence at every pass.
   *
   * @param spec the name of an installed {@link PromptCacheProvider}, with options or without:
   *     {@code name:key=value}
   * @return this builder
   * @throws IllegalArgumentException if it is blank or malformed; an unknown name and options that
   *     do not fit are reported by {@link DiffusionLM.Builder#build()} or the generate call
   */
  @CanIgnoreReturnValue
  public B cache(String spec) {
    this.cache = PluginChoice.named("prompt cache", PromptCacheProvider.class, spec);
    return self();
  }

  /**
   * Sets the prompt cache.
   *
   * @param cache in place of one chosen by name
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B cache(PromptCache cache) {
    this.cache = PluginChoice.of("prompt cache", cache);
    return self();
  }

  /**
   * Sets how the last prediction is mixed into the input. Default: the checkpoint's, {@link
   * SelfConditioning#LOGITS_MEAN} where it has none; anything a model was not trained with costs
   * quality.
   *
   * @param mode the mixing
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B selfConditioning(SelfConditioning mode) {
    this.selfConditioning = requireNonNull(mode, "self-conditioning");
    return self();
  }

  /**
   * Steers generation: at each step every guidance in turn may change the logits. Default: none. An
   * empty call removes what a level above has set.
   *
   * @param guidance in the order of application
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B guidance(Guidance... guidance) {
    requireNonNull(guidance, "guidances");
    this.guidance = Checks.list("guidance", Arrays.asList(guidance));
    return self();
  }
}
