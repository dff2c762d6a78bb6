package io.github.tess2.spark;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.examples.text.PluginChoices;
import io.github.tess2.examples.text.SamplingChoices;
import org.jspecify.annotations.Nullable;

/**
 * The options by which all rows are answered. {@link SparkGenerator.Builder#build} checks the
 * values.
 *
 * @param <B> the builder itself
 */
public abstract class AnswerOptions<B extends AnswerOptions<B>> {
  private PromptForm form = PromptForm.MESSAGE;
  private @Nullable Integer steps;
  private @Nullable Integer length;
  private @Nullable Double temperature;
  private @Nullable Double topP;
  private boolean greedy;
  private @Nullable String noiseSchedule;
  private @Nullable String grid;
  private @Nullable String sampler;
  private @Nullable String stop;
  private @Nullable String canvas;
  private @Nullable String cache;
  private ImmutableList<String> guidance = ImmutableList.of();

  AnswerOptions() {}

  abstract B self();

  RequestSettings requests() {
    PluginChoices plugins =
        PluginChoices.builder()
            .noiseSchedule(noiseSchedule)
            .grid(grid)
            .sampler(sampler)
            .stoppingCriterion(stop)
            .canvas(canvas)
            .cache(cache)
            .build();
    SamplingChoices sampling =
        SamplingChoices.builder()
            .steps(steps)
            .length(length)
            .temperature(temperature)
            .topP(topP)
            .greedy(greedy)
            .plugins(plugins)
            .build();
    return new RequestSettings(form, sampling, guidance);
  }

  /**
   * Sets how prompts are read. Default: {@link PromptForm#MESSAGE}.
   *
   * @param form the form of all prompts
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B form(PromptForm form) {
    this.form = requireNonNull(form, "form");
    return self();
  }

  /**
   * Sets the number of denoising steps. Default: the model's.
   *
   * @param steps the number, from 1 to 100,000
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B steps(int steps) {
    this.steps = steps;
    return self();
  }

  /**
   * Sets the largest number of tokens of an answer. Default: the model's.
   *
   * @param tokens the number, at least 1
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B length(int tokens) {
    this.length = tokens;
    return self();
  }

  /**
   * Sets the temperature. Logits are divided by it before a token is drawn. Default: the model's.
   *
   * @param temperature the temperature, at least 1e-6
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B temperature(double temperature) {
    this.temperature = temperature;
    return self();
  }

  /**
   * Sets the probability mass of the nucleus that tokens are drawn from. Default: the model's.
   *
   * @param topP the mass, in (0, 1]
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B topP(double topP) {
    this.topP = topP;
    return self();
  }

  /**
   * Takes the likeliest token instead of drawing one.
   *
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B greedy() {
    this.greedy = true;
    return self();
  }

  /**
   * Chooses the noise schedule. Default: the model's.
   *
   * @param spec its name, with or without options
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B noiseSchedule(String spec) {
    this.noiseSchedule = requireNonNull(spec, "noise schedule");
    return self();
  }

  /**
   * Chooses the step grid: the times at which steps are taken. Default: the model's.
   *
   * @param spec its name, with or without options
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B grid(String spec) {
    this.grid = requireNonNull(spec, "grid");
    return self();
  }

  /**
   * Chooses the sampler. Default: the model's.
   *
   * @param spec its name, with or without options
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B sampler(String spec) {
    this.sampler = requireNonNull(spec, "sampler");
    return self();
  }

  /**
   * Chooses the stopping criterion, which may end an answer before its last step. Default: the
   * model's.
   *
   * @param spec its name, with or without options
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B stoppingCriterion(String spec) {
    this.stop = requireNonNull(spec, "stopping criterion");
    return self();
  }

  /**
   * Chooses the canvas policy, which chooses the positions that are generated now. Default: the
   * model's.
   *
   * @param spec its name, with or without options
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B canvas(String spec) {
    this.canvas = requireNonNull(spec, "canvas");
    return self();
  }

  /**
   * Chooses the prompt cache. Default: the model's.
   *
   * @param spec its name, with or without options
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B cache(String spec) {
    this.cache = requireNonNull(spec, "cache");
    return self();
  }

  /**
   * Sets guidance. Each executor opens a guidance once for all its rows. Default: none.
   *
   * @param specs names and options, such as {@code reward-model:path=/models/reward,scale=4}
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B guidance(String... specs) {
    this.guidance = ImmutableList.copyOf(specs);
    return self();
  }
}
