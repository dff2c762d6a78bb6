package io.github.tess2.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.spi.StepGrid;
import io.github.tess2.spi.StepGridProvider;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link StepGrid} that is found by name must do. Inherit it and name its provider; if
 * the provider has required options, supply them too.
 */
public abstract class StepGridContractTest extends ProviderContractTest<StepGrid> {
  /** For the contract of a provider. */
  protected StepGridContractTest() {
    super(StepGridProvider.class, "step grid");
  }

  @Override
  protected abstract StepGridProvider provider();

  /** Requests with few and many steps, small and large vocabularies, and two kinds of noise. */
  static Stream<StepGrid.Request> requests() {
    List<DoubleUnaryOperator> schedules =
        List.of(t -> Math.pow(Math.cos(t * Math.PI / 2), 2) + 1e-12, t -> 1 - 0.1 * t);
    return schedules.stream()
        .flatMap(
            alphaBar ->
                IntStream.of(2, 300, 32_000)
                    .boxed()
                    .flatMap(
                        vocabulary ->
                            IntStream.of(1, 2, 3, 10, 100, 5000)
                                .mapToObj(steps -> new Asked(steps, vocabulary, alphaBar))));
  }

  private record Asked(int steps, int vocabularySize, DoubleUnaryOperator function)
      implements StepGrid.Request {
    @Override
    public double simplexValue() {
      return 5;
    }

    @Override
    public double alphaBar(double t) {
      assertThat(t).as("the time a grid asks ᾱ for").isBetween(0.0, 1.0);
      return Math.min(function.applyAsDouble(t), 1);
    }

    @Override
    public String toString() {
      return steps + " steps, vocabulary " + vocabularySize;
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void times_anyRequest_areFromZeroToBelowOne(StepGrid.Request request) {
    assertThat(create().times(request))
        .isNotEmpty()
        .satisfies(
            times ->
                assertThat(Arrays.stream(times).boxed())
                    .allSatisfy(t -> assertThat(t).isBetween(0.0, Math.nextDown(1.0))));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void times_anyRequest_fallStrictly(StepGrid.Request request) {
    double[] times = create().times(request);

    for (int i = 1; i < times.length; i++) {
      assertThat(times[i]).as("time %d of %d", i, times.length).isLessThan(times[i - 1]);
    }
  }

  @Test
  void times_calledAgain_areTheSame() {
    StepGrid grid = create();
    StepGrid.Request request = requests().skip(3).findFirst().orElseThrow();
    double[] first = grid.times(request).clone();
    Arrays.fill(grid.times(request), -1);

    assertThat(grid.times(request)).containsExactly(first);
  }

  @Test
  void times_onSeveralThreads_areTheSame() throws Exception {
    StepGrid grid = create();
    StepGrid.Request request = requests().skip(5).findFirst().orElseThrow();
    double[] expected = grid.times(request).clone();

    assertThat(PluginChecks.onSeveralThreads(() -> grid.times(request)))
        .allSatisfy(actual -> assertThat(actual).containsExactly(expected));
  }
}
