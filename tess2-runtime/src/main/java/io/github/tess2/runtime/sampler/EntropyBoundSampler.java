package io.github.tess2.runtime.sampler;

import com.google.auto.service.AutoService;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.AcceptingSampler;
import io.github.tess2.spi.AcceptingStep;
import io.github.tess2.spi.MaskedSampler;
import io.github.tess2.spi.MaskedStep;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.SamplerInput;
import io.github.tess2.spi.SamplerStep;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * {@code entropy-bound} (arXiv 2505.24857, and DiffusionGemma's sampler): each step accepts the
 * rows with the lowest entropies, as many as keep {@code H_1 + … + H_n − max(H_1 … H_n)} within a
 * bound, where H are their entropies in ascending order. That sum bounds what the accepted tokens
 * can tell about each other, so they may be drawn at once and independently. At least one row is
 * always accepted.
 *
 * <p>In diffusion on the simplex the other rows start again from noise; in masked diffusion they
 * stay open.
 *
 * @param bound in nats
 */
@AutoService(Sampler.class)
public record EntropyBoundSampler(double bound) implements AcceptingSampler, MaskedSampler {
  private static final double DEFAULT = 0.1;
  private static final Option<Double> BOUND =
      Option.number(
              "bound",
              0,
              Double.MAX_VALUE,
              "limit of the sum of the accepted rows' entropies without the greatest, in nats")
          .or(DEFAULT);

  /** Uses DiffusionGemma's bound. */
  public EntropyBoundSampler() {
    this(DEFAULT);
  }

  @Override
  public String name() {
    return "entropy-bound";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(BOUND);
  }

  @Override
  public Sampler create(OptionValues options) {
    return new EntropyBoundSampler(options.get(BOUND));
  }

  @Override
  public ImmutableIntArray accept(AcceptingStep step) {
    return within(IntStream.range(0, step.rows()), step.entropies()::get);
  }

  @Override
  public Measure measure() {
    return Measure.NEGATIVE_ENTROPY;
  }

  @Override
  public ImmutableIntArray commit(MaskedStep step) {
    return within(step.open().stream(), row -> -step.measure(row));
  }

  private ImmutableIntArray within(IntStream rows, IntToDoubleFunction entropy) {
    List<Integer> surestFirst =
        rows.boxed().sorted(Comparator.comparingDouble(entropy::applyAsDouble)).toList();
    ImmutableIntArray.Builder accepted = ImmutableIntArray.builder();
    double before = 0;
    for (int row : surestFirst) {
      if (!(before <= bound)) {
        break;
      }
      accepted.add(row);
      before += entropy.applyAsDouble(row);
    }
    return accepted.build();
  }

  @Override
  public SamplerStep step(SamplerInput input) {
    return AcceptingSampler.super.step(input);
  }
}
