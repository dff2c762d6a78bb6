package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableMap;
import io.github.tess2.spi.CanvasPolicy;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.PluginChoice;
import io.github.tess2.spi.PromptCache;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.StepGrid;
import io.github.tess2.spi.StoppingCriterion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options for generation. An option that is null is inherited: a request falls back to its {@link
 * DiffusionLM}, which falls back to the checkpoint. Created by the builders that extend {@link
 * OptionsBuilder}, which check the ranges. Immutable.
 */
public final class GenerationOptions {
  // A new option is a key here, its accessor, and its setter in OptionsBuilder. What copies, merges
  // or prints options does so for all keys.
  static final Key<Integer> STEPS = new Key<>("steps");
  static final Key<Integer> LENGTH = new Key<>("length");
  static final Key<Double> TEMPERATURE = new Key<>("temperature");
  static final Key<Double> TOP_P = new Key<>("topP");
  static final Key<Boolean> GREEDY = new Key<>("greedy");
  static final Key<Long> SEED = new Key<>("seed");
  static final Key<PluginChoice<NoiseSchedule>> NOISE_SCHEDULE = new Key<>("noiseSchedule");
  static final Key<PluginChoice<StepGrid>> GRID = new Key<>("grid");
  static final Key<PluginChoice<Sampler>> SAMPLER = new Key<>("sampler");
  static final Key<PluginChoice<StoppingCriterion>> STOPPING_CRITERION =
      new Key<>("stoppingCriterion");
  static final Key<PluginChoice<CanvasPolicy>> CANVAS = new Key<>("canvas");
  static final Key<PluginChoice<PromptCache>> CACHE = new Key<>("cache");
  static final Key<SelfConditioning> SELF_CONDITIONING = new Key<>("selfConditioning");
  static final Key<List<Guidance>> GUIDANCE = new Key<>("guidance");

  private final ImmutableMap<Key<?>, Object> values;

  private GenerationOptions(ImmutableMap<Key<?>, Object> values) {
    this.values = values;
  }

  /**
   * {@return these options, with unset ones taken from the defaults}
   *
   * @param defaults values for the options that are not set here
   */
  public GenerationOptions orElse(GenerationOptions defaults) {
    Values all = new Values();
    all.putAll(requireNonNull(defaults, "defaults"));
    all.putAll(this);
    return all.toOptions();
  }

  <T> @Nullable T get(Key<T> key) {
    return key.cast(values.get(key));
  }

  /**
   * {@return number of denoising steps T, from 1 to {@value OptionsBuilder#MAX_STEPS}; null if not
   * set}
   */
  public @Nullable Integer steps() {
    return get(STEPS);
  }

  /**
   * {@return the most tokens to generate, at least 1 (an infill ignores the model's value, because
   * its blanks determine the length); null if not set}
   */
  public @Nullable Integer length() {
    return get(LENGTH);
  }

  /**
   * {@return the temperature that divides the logits before a token is drawn, at least 1e-6; null
   * if not set}
   */
  public @Nullable Double temperature() {
    return get(TEMPERATURE);
  }

  /**
   * {@return the probability mass of the nucleus that tokens are drawn from, in (0, 1]; null if not
   * set}
   */
  public @Nullable Double topP() {
    return get(TOP_P);
  }

  /** {@return whether the likeliest token is taken instead of a draw; null if not set} */
  public @Nullable Boolean greedy() {
    return get(GREEDY);
  }

  /** {@return the seed of the noise and the draws; null if not set} */
  public @Nullable Long seed() {
    return get(SEED);
  }

  /** {@return the noise schedule; null if not set} */
  public @Nullable PluginChoice<NoiseSchedule> noiseSchedule() {
    return get(NOISE_SCHEDULE);
  }

  /** {@return the step grid, which sets the times of the steps; null if not set} */
  public @Nullable PluginChoice<StepGrid> grid() {
    return get(GRID);
  }

  /** {@return the sampler; null if not set} */
  public @Nullable PluginChoice<Sampler> sampler() {
    return get(SAMPLER);
  }

  /** {@return the criterion that may end a request before its last step; null if not set} */
  public @Nullable PluginChoice<StoppingCriterion> stoppingCriterion() {
    return get(STOPPING_CRITERION);
  }

  /** {@return the policy that sets which positions are generated at a time; null if not set} */
  public @Nullable PluginChoice<CanvasPolicy> canvas() {
    return get(CANVAS);
  }

  /**
   * {@return the prompt cache, which sets the passes that compute the whole sequence; null if not
   * set}
   */
  public @Nullable PluginChoice<PromptCache> cache() {
    return get(CACHE);
  }

  /** {@return how the last prediction is mixed into the input; null if not set} */
  public @Nullable SelfConditioning selfConditioning() {
    return get(SELF_CONDITIONING);
  }

  /**
   * {@return the guidances, in order of application; empty for none; null if not set. Unmodifiable}
   */
  public @Nullable List<Guidance> guidance() {
    return get(GUIDANCE);
  }

  /** {@return the plugins among the options that are set, guidances excepted. Unmodifiable} */
  public List<PluginChoice<?>> plugins() {
    return values.values().stream()
        .filter(PluginChoice.class::isInstance)
        .<PluginChoice<?>>map(choice -> (PluginChoice<?>) choice)
        .toList();
  }

  /** {@return the options that are set, by name} */
  @Override
  public String toString() {
    return values.toString();
  }

  /** What an option is called, and the type of its values. */
  static final class Key<T> {
    private final String name;

    private Key(String name) {
      this.name = name;
    }

    /** Only {@link Values#put} stores values, under keys of their type. */
    @SuppressWarnings("unchecked")
    private @Nullable T cast(@Nullable Object value) {
      return (T) value;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** The options that a builder has set so far. */
  static final class Values {
    private final Map<Key<?>, Object> set = new LinkedHashMap<>();

    <T> void put(Key<T> key, T value) {
      set.put(key, value);
    }

    void putAll(GenerationOptions options) {
      set.putAll(options.values);
    }

    GenerationOptions toOptions() {
      return new GenerationOptions(ImmutableMap.copyOf(set));
    }
  }
}
