package io.github.tess2.runtime.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.primitives.ImmutableDoubleArray;
import io.github.tess2.contract.AcceptingSamplerContractTest;
import io.github.tess2.spi.AcceptingSampler;
import io.github.tess2.spi.AcceptingStep;
import io.github.tess2.spi.PluginChoice;
import io.github.tess2.spi.Sampler;
import org.junit.jupiter.api.Test;

/** RunGoldenTest and MaskedRunGoldenTest test it in whole runs. */
class EntropyBoundSamplerTest extends AcceptingSamplerContractTest {
  @Override
  protected AcceptingSampler sampler() {
    return new EntropyBoundSampler();
  }

  private record Entropies(ImmutableDoubleArray entropies) implements AcceptingStep {
    @Override
    public int step() {
      return 1;
    }

    @Override
    public int total() {
      return 10;
    }

    @Override
    public int rows() {
      return entropies.length();
    }

    @Override
    public ImmutableDoubleArray probabilities() {
      return ImmutableDoubleArray.copyOf(new double[entropies.length()]);
    }
  }

  private static Iterable<Integer> accepted(double bound, double... entropies) {
    return new EntropyBoundSampler(bound)
        .accept(new Entropies(ImmutableDoubleArray.copyOf(entropies)))
        .asList();
  }

  @Test
  void accept_rowsWithinTheBound_takesThemAndOneMore() {
    assertThat(accepted(0.3, 2, 0.1, 0.5, 0.15, 3)).containsExactlyInAnyOrder(1, 3, 2);
  }

  @Test
  void accept_sumAtTheBound_isWithinIt() {
    assertThat(accepted(0.25, 0.25, 0.5, 4)).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void accept_noRowIsSure_takesTheSurest() {
    assertThat(accepted(0, 3, 2, 4)).containsExactly(1);
  }

  @Test
  void accept_allAreSure_takesAll() {
    assertThat(accepted(0, 0, 0, 0)).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void accept_alike_takesTheFirst() {
    assertThat(accepted(1.5, 1, 1, 1, 1)).containsExactly(0, 1);
  }

  @Test
  void create_negativeBound_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> PluginChoice.named("sampler", Sampler.class, "entropy-bound:bound=-1").plugin())
        .withMessageContaining("sampler \"entropy-bound\"")
        .withMessageContaining("bound")
        .withMessageContaining("-1");
  }
}
