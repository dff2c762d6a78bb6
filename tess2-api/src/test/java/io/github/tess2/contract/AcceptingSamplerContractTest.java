package io.github.tess2.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.AcceptingSampler;
import io.github.tess2.spi.AcceptingStep;
import io.github.tess2.spi.Provider;
import io.github.tess2.spi.Sampler;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link AcceptingSampler} must do. Inherit it and name the sampler. */
public abstract class AcceptingSamplerContractTest extends ProviderContractTest<Sampler> {
  /** For the contract of the extension point. */
  protected AcceptingSamplerContractTest() {
    super(Sampler.class, "sampler");
  }

  /** Returns the sampler under test. */
  protected abstract AcceptingSampler sampler();

  @Override
  protected final Provider<Sampler> provider() {
    return sampler();
  }

  /**
   * One row and many, at the first step and at the last sampled one, with sure and unsure
   * predictions.
   */
  static List<Case> steps() {
    return List.of(
        new Case("unsure", 1, 100, 12, uniform -> 8 * uniform),
        new Case("half", 5, 10, 256, uniform -> uniform < 0.5 ? 1e-6 : 3 * uniform),
        new Case("sure", 9, 10, 12, uniform -> 1e-9 * uniform),
        new Case("certain", 2, 10, 7, uniform -> 0),
        new Case("one row", 1, 2, 1, uniform -> 5));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void accept_anyStep_choosesRowsOnce(Case step) {
    ImmutableIntArray accepted = sampler().accept(step);

    assertThat(accepted.asList()).doesNotHaveDuplicates();
    assertThat(accepted.asList()).allMatch(row -> row >= 0 && row < step.rows());
  }

  @ParameterizedTest
  @MethodSource("steps")
  void accept_afterOtherSteps_choosesTheSame(Case step) {
    AcceptingSampler sampler = sampler();
    ImmutableIntArray first = sampler.accept(step);
    steps().forEach(sampler::accept);

    assertThat(sampler.accept(step)).isEqualTo(first);
  }

  /** Rows of several requests are sampled together only if their samplers are equal. */
  @Test
  void create_sameOptions_givesEqualSamplers() {
    Provider<Sampler> provider = provider();

    assertThat(create(provider)).isEqualTo(create(provider));
  }

  @Test
  void accept_onSeveralThreads_choosesTheSame() throws Exception {
    AcceptingSampler sampler = sampler();
    List<ImmutableIntArray> expected = steps().stream().map(sampler::accept).toList();

    assertThat(PluginChecks.onSeveralThreads(() -> steps().stream().map(sampler::accept).toList()))
        .allSatisfy(actual -> assertThat(actual).isEqualTo(expected));
  }

  /**
   * Made-up predictions.
   *
   * @param name the name in messages
   * @param step from 1
   * @param total T
   * @param rows G
   * @param entropy the entropy of a row, as a function of a number in [0, 1)
   */
  record Case(String name, int step, int total, int rows, DoubleUnaryOperator entropy)
      implements AcceptingStep {
    @Override
    public ImmutableDoubleArray entropies() {
      Random random = new Random(rows);
      return ImmutableDoubleArray.copyOf(
          IntStream.range(0, rows).mapToDouble(row -> entropy.applyAsDouble(random.nextDouble())));
    }

    @Override
    public ImmutableDoubleArray probabilities() {
      return ImmutableDoubleArray.copyOf(entropies().stream().map(entropy -> Math.exp(-entropy)));
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
