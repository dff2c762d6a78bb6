package io.github.tess2.guidance;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import com.google.auto.service.AutoService;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.PluginSpec;
import io.github.tess2.spi.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * {@code weighted-sum}: combines several guidances that all see the same logits: {@code logits + Σ
 * wᵢ·(guidedᵢ(logits) − logits)}. (In contrast, each guidance in a request's list sees the logits
 * as changed by the earlier ones.) A weight may be a {@link Scale} over the steps; if it is 0, its
 * guidance is not computed.
 *
 * <pre>{@code
 * Guidance brief = RewardGuidance.builder("brief", reward).build();
 * Guidance both = WeightedSum.builder().add(1, brief).add(0.5, ClassifierFree.of(2)).build();
 * }</pre>
 */
public final class WeightedSum implements Guidance {
  private static final String NAME = "weighted-sum";

  private final ImmutableList<Summand> parts;
  private final Runnable onClose;

  private record Summand(Scale weight, Guidance guidance, NestedPlugin named) {}

  private record Begun(Scale weight, Run run, NestedPlugin named) {}

  private record Change(double weight, GuidedStep.Adjustment adjustment, NestedPlugin named) {
    NDArray apply(NDArray logits, int from, int to) {
      return named.call(() -> adjustment.apply(logits, from, to));
    }
  }

  private WeightedSum(ImmutableList<Summand> parts, Runnable onClose) {
    this.parts = parts;
    this.onClose = onClose;
  }

  /**
   * Starts a sum.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Run begin(Request request) {
    requireNonNull(request, "request");
    List<Begun> begun = new ArrayList<>();
    try {
      for (Summand part : parts) {
        Run run =
            part.named()
                .call(
                    () ->
                        requireNonNull(part.guidance().begin(request), "its run must not be null"));
        begun.add(new Begun(part.weight(), run, part.named()));
      }
      return new Together(List.copyOf(begun));
    } catch (RuntimeException | Error e) {
      Closing.after(e, closing(begun));
      throw e;
    }
  }

  @Override
  public void close() {
    onClose.run();
  }

  private static List<AutoCloseable> closing(List<Begun> parts) {
    return parts.stream()
        .<AutoCloseable>map(part -> () -> part.named().run(part.run()::close))
        .toList();
  }

  private record Together(List<Begun> parts) implements Run {
    @Override
    public void guide(GuidedStep step) {
      List<Change> changes = new ArrayList<>();
      for (Begun part : parts) {
        double weight = CheckedScale.at(part.weight(), step);
        if (weight != 0) {
          GuidedStep own = step.fork();
          part.named().run(() -> part.run().guide(own));
          changes.add(new Change(weight, own.adjustments(), part.named()));
        }
      }
      step.adjust((logits, from, to) -> sum(logits, from, to, changes));
    }

    @Override
    public void finish(GuidedStep step) {
      for (Begun part : parts) {
        part.named().run(() -> part.run().finish(step.fork()));
      }
    }

    @Override
    public OptionalDouble score() {
      return parts.stream()
          .map(part -> part.named().call(() -> part.run().score()))
          .filter(OptionalDouble::isPresent)
          .findFirst()
          .orElse(OptionalDouble.empty());
    }

    @Override
    public void close() {
      Closing.of(closing(parts)).run();
    }
  }

  private static NDArray sum(NDArray logits, int from, int to, List<Change> changes) {
    NDArray result = logits.duplicate();
    for (Change change : changes) {
      try (NDManager scope = logits.getManager().newSubManager()) {
        NDArray copy = logits.duplicate();
        copy.attach(scope);
        NDArray guided = change.apply(copy, from, to);
        result.addi(guided.sub(logits).muli(change.weight()));
      }
    }
    // A token that an earlier guidance has excluded stays excluded: infinity minus infinity is NaN.
    return NDArrays.where(logits.isInfinite(), logits, result);
  }

  /** Builds a {@link WeightedSum}. Not thread-safe. */
  public static final class Builder {
    private final ImmutableList.Builder<Summand> parts = ImmutableList.builder();
    private Runnable onClose = () -> {};

    private Builder() {}

    /**
     * Adds a guidance. Its creator closes it.
     *
     * @param weight the weight w at each step
     * @param guidance the guidance, which must not generate several candidates
     * @return this builder
     * @throws IllegalArgumentException if the guidance generates several candidates
     */
    @CanIgnoreReturnValue
    public Builder add(Scale weight, Guidance guidance) {
      requireNonNull(weight, "weight");
      requireNonNull(guidance, "guidance");
      if (guidance.candidates() != 1) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a part of a weighted sum must generate one candidate, but \"%s\" generates: %d",
                guidance.name(),
                guidance.candidates()));
      }
      NestedPlugin named = new NestedPlugin("part", guidance.name());
      parts.add(new Summand(weight, guidance, named));
      return this;
    }

    /**
     * Adds a guidance. Its creator closes it.
     *
     * @param weight the weight w, finite
     * @param guidance the guidance, which must not generate several candidates
     * @return this builder
     * @throws IllegalArgumentException if the guidance generates several candidates, or the weight
     *     is not finite
     */
    @CanIgnoreReturnValue
    public Builder add(double weight, Guidance guidance) {
      return add(Scale.constant(weight), guidance);
    }

    /**
     * {@return the sum}
     *
     * @throws IllegalArgumentException if it has no guidance
     */
    public WeightedSum build() {
      ImmutableList<Summand> all = parts.build();
      if (all.isEmpty()) {
        throw new IllegalArgumentException("a weighted sum must have at least one part");
      }
      return new WeightedSum(all, onClose);
    }
  }

  /** Provides {@link WeightedSum} by name. */
  @AutoService(GuidanceProvider.class)
  public static final class Provider implements GuidanceProvider {
    private static final Option<List<PluginSpec>> PARTS =
        Option.of(
            "parts",
            "guidances name(key=value,…) with | between them",
            "guidances to add up",
            given -> PluginSpec.parseAll(given.toString()));
    private static final Option<List<String>> WEIGHTS =
        Option.texts("weights", "a scale for each part; 1 for all if left out").or(List.of());

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public List<Option<?>> options() {
      return List.of(PARTS, WEIGHTS);
    }

    @Override
    public Guidance create(OptionValues options) {
      List<PluginSpec> specs = options.get(PARTS);
      List<Scale> weights = options.get(WEIGHTS).stream().map(Scale::parse).toList();
      if (!weights.isEmpty() && weights.size() != specs.size()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "there must be a weight for each of the %d parts, but there are: %d",
                specs.size(),
                weights.size()));
      }
      List<Guidance> made = new ArrayList<>();
      try {
        Builder sum = builder();
        for (int i = 0; i < specs.size(); i++) {
          Guidance guidance = Guidance.named(specs.get(i).name(), specs.get(i).options());
          made.add(guidance);
          sum.add(weights.isEmpty() ? Scale.constant(1) : weights.get(i), guidance);
        }
        sum.onClose = Closing.of(made);
        return sum.build();
      } catch (RuntimeException | Error e) {
        Closing.after(e, made);
        throw e;
      }
    }
  }
}
