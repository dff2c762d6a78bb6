package io.github.tess2.guidance;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Relaxation;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardGradient;
import io.github.tess2.spi.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Gradient ascent on a reward (TESS 2, arXiv 2502.13917, section on reward guidance): each step
 * performs {@code logits ← logits + η·∂r/∂logits} n times. For n &gt; 1, iteration j applies the
 * sum of the first j gradients, as the published implementation does.
 *
 * <pre>{@code
 * Guidance guidance = RewardGuidance.builder("brief", reward).scale(4).build();
 * }</pre>
 */
public final class RewardGuidance implements Guidance {
  /** η, {@link Builder#scale(Scale)}. */
  public static final Option<Scale> SCALE =
      Option.scale("scale", "how strongly each step follows the gradient").or(Scale.constant(0.5));

  /** n, {@link Builder#iterations(int)}. */
  public static final Option<Integer> ITERATIONS =
      Option.integer("iterations", 1, 1000, "gradient steps at each denoising step").or(1);

  /** τ, {@link Relaxation#temperature()}. */
  public static final Option<Double> TEMPERATURE =
      Option.number(
              "temperature",
              Relaxation.LEAST_TEMPERATURE,
              Double.MAX_VALUE,
              "temperature of the softmax that the reward sees")
          .or(1.0);

  /** {@link Relaxation#gumbel()}. */
  public static final Option<Boolean> GUMBEL =
      Option.flag("gumbel", "whether the reward sees a draw, made with Gumbel noise").or(false);

  /** {@link Relaxation#hard()}. */
  public static final Option<Boolean> HARD =
      Option.flag("hard", "whether the reward sees single tokens, with a straight-through gradient")
          .or(false);

  private final String name;
  private final Reward reward;
  private final Scale scale;
  private final int iterations;
  private final Relaxation relaxation;
  private final AtomicReference<@Nullable Runnable> onClose;

  private RewardGuidance(Builder builder) {
    this.name = builder.name;
    this.reward = builder.reward;
    this.scale = builder.scale;
    this.iterations = builder.iterations;
    this.relaxation = builder.relaxation;
    this.onClose = new AtomicReference<>(builder.onClose);
  }

  /**
   * Starts to configure the guidance.
   *
   * @param name the name for messages
   * @param reward the reward to increase
   * @return a new builder
   */
  public static Builder builder(String name, Reward reward) {
    return new Builder(name, reward);
  }

  /** {@return the options that {@link Builder#set} reads, for providers to declare} */
  public static List<Option<?>> options() {
    return List.of(SCALE, ITERATIONS, TEMPERATURE, GUMBEL, HARD);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Run begin(Request request) {
    reward.check(requireNonNull(request, "request"));
    return new Climb();
  }

  @Override
  public void close() {
    Runnable once = onClose.getAndSet(null);
    if (once != null) {
      once.run();
    }
  }

  private final class Climb implements Run {
    private OptionalDouble score = OptionalDouble.empty();

    @Override
    public void guide(GuidedStep step) {
      double eta = scale.at(step.step(), step.total());
      if (!Double.isFinite(eta)) {
        throw new IllegalArgumentException("the scale must be finite, but is: " + eta);
      }
      if (eta == 0) {
        return;
      }
      Ascent ascent = new Ascent(eta);
      step.adjust(ascent);
      for (int i = 0; i < iterations; i++) {
        RewardGradient gradient = step.differentiate(reward, relaxation);
        score = OptionalDouble.of(gradient.score());
        ascent.gradients.add(gradient);
      }
    }

    @Override
    public OptionalDouble score() {
      return score;
    }
  }

  /**
   * The iterations so far. Each gradient is computed at the logits that the earlier ones produced.
   */
  private static final class Ascent implements GuidedStep.Adjustment {
    private final double eta;
    private final List<RewardGradient> gradients = new ArrayList<>();

    Ascent(double eta) {
      this.eta = eta;
    }

    @Override
    public NDArray apply(NDArray logits, int from, int to) {
      NDArray sum = null;
      for (RewardGradient gradient : gradients) {
        NDArray push = gradient.of(logits, from, to).muli(eta);
        sum = sum == null ? push : sum.addi(push);
        logits.addi(sum);
      }
      return logits;
    }
  }

  /** Configures a {@link RewardGuidance}. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private final Reward reward;
    private Scale scale = requireNonNull(SCALE.fallback());
    private int iterations = 1;
    private Relaxation relaxation = Relaxation.SOFTMAX;
    private @Nullable Runnable onClose;

    private Builder(String name, Reward reward) {
      this.name = requireNonNull(name, "name");
      this.reward = requireNonNull(reward, "reward");
    }

    /**
     * Sets η at each step. Default: 0.5.
     *
     * @param scale larger values guide more strongly; negative values lower the reward
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder scale(Scale scale) {
      this.scale = requireNonNull(scale, "scale");
      return this;
    }

    /**
     * Sets a constant η for all steps. Default: 0.5.
     *
     * @param scale finite; larger values guide more strongly; negative values lower the reward
     * @return this builder
     * @throws IllegalArgumentException if the scale is not finite
     */
    @CanIgnoreReturnValue
    public Builder scale(double scale) {
      return scale(Scale.constant(scale));
    }

    /**
     * Sets n, the number of gradient steps at each denoising step. Default: 1.
     *
     * @param iterations at least 1
     * @return this builder
     * @throws IllegalArgumentException if the value is less
     */
    @CanIgnoreReturnValue
    public Builder iterations(int iterations) {
      if (iterations <= 0) {
        throw new IllegalArgumentException(
            "iterations must be greater than zero, but is: " + iterations);
      }
      this.iterations = iterations;
      return this;
    }

    /**
     * Sets how the logits become the reward's input. Default: {@link Relaxation#SOFTMAX}.
     *
     * @param relaxation the relaxation of the logits
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder relaxation(Relaxation relaxation) {
      this.relaxation = requireNonNull(relaxation, "relaxation");
      return this;
    }

    /**
     * Sets all of the above from option values.
     *
     * @param values the values of at least {@link RewardGuidance#options()}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder set(OptionValues values) {
      scale(values.get(SCALE));
      iterations(values.get(ITERATIONS));
      return relaxation(
          new Relaxation(values.get(TEMPERATURE), values.get(GUMBEL), values.get(HARD)));
    }

    /**
     * Sets the action of the first call to {@link RewardGuidance#close()}. Default: none, because
     * the creator of the reward closes it.
     *
     * @param onClose the action, such as closing the reward
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder onClose(Runnable onClose) {
      this.onClose = requireNonNull(onClose, "onClose");
      return this;
    }

    /** {@return the guidance} */
    public RewardGuidance build() {
      return new RewardGuidance(this);
    }
  }
}
