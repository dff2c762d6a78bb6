package io.github.tess2.guidance;

import static java.util.Objects.requireNonNull;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.PluginSpec;
import io.github.tess2.spi.Reward;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * {@code best-of}: generates n candidates of a request in one batch, with seeds derived from the
 * request's seed, and keeps the one with the highest reward, which is returned in {@link
 * io.github.tess2.GenerationResult#reward()}. The other guidances of the request apply to each
 * candidate. With n = 1 it only scores the answer.
 *
 * <pre>{@code
 * DiffusionLM.Builder model =
 *     DiffusionLM.builder()
 *         .guidance(RewardGuidance.builder("brief", reward).build(), BestOf.of(8, reward));
 * }</pre>
 */
public final class BestOf implements Guidance {
  private static final String NAME = "best-of";

  private final int candidates;
  private final Reward reward;
  private final NestedPlugin named;
  private final Runnable onClose;

  private BestOf(int candidates, Reward reward, String name, Runnable onClose) {
    if (candidates <= 0) {
      throw new IllegalArgumentException(
          "candidates must be greater than zero, but is: " + candidates);
    }
    if (candidates > MAX_CANDIDATES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "candidates must be at most %d, but is: %d",
              MAX_CANDIDATES,
              candidates));
    }
    this.candidates = candidates;
    this.reward = reward;
    this.named = new NestedPlugin("reward", name);
    this.onClose = onClose;
  }

  /**
   * {@return the guidance}
   *
   * @param candidates n, from 1 to {@value Guidance#MAX_CANDIDATES}
   * @param reward the reward to compare candidates by, named by its class in messages; its creator
   *     closes it
   */
  public static BestOf of(int candidates, Reward reward) {
    requireNonNull(reward, "reward");
    return new BestOf(candidates, reward, reward.getClass().getName(), () -> {});
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int candidates() {
    return candidates;
  }

  @Override
  public Run begin(Request request) {
    requireNonNull(request, "request");
    named.run(() -> reward.check(request));
    return new Judge(reward, named);
  }

  @Override
  public void close() {
    onClose.run();
  }

  /** Scores one candidate. */
  private static final class Judge implements Run {
    private final Reward reward;
    private final NestedPlugin named;
    private OptionalDouble score = OptionalDouble.empty();

    Judge(Reward reward, NestedPlugin named) {
      this.reward = reward;
      this.named = named;
    }

    @Override
    public void guide(GuidedStep step) {}

    @Override
    public void finish(GuidedStep step) {
      score = OptionalDouble.of(named.call(() -> step.score(reward)));
    }

    @Override
    public OptionalDouble score() {
      return score;
    }
  }

  /** Provides {@link BestOf} by name. */
  @AutoService(GuidanceProvider.class)
  public static final class Provider implements GuidanceProvider {
    private static final Option<Integer> N =
        Option.integer("n", 1, MAX_CANDIDATES, "how many candidates to generate").or(4);
    private static final Option<PluginSpec> REWARD =
        Option.plugin("reward", "the reward to compare them by");

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public List<Option<?>> options() {
      return List.of(N, REWARD);
    }

    @Override
    public Guidance create(OptionValues options) {
      PluginSpec spec = options.get(REWARD);
      return Closing.orClose(
          Reward.named(spec),
          reward -> new BestOf(options.get(N), reward, spec.name(), Closing.of(List.of(reward))));
    }
  }
}
