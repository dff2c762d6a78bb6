package io.github.tess2.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Provider;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link NoiseSchedule} must do. Inherit it and name the schedule. */
public abstract class NoiseScheduleContractTest extends ProviderContractTest<NoiseSchedule> {
  private static final int MANY_STEPS = 5000;
  private static final int FINE = 2345;

  /** For the contract of the extension point. */
  protected NoiseScheduleContractTest() {
    super(NoiseSchedule.class, "noise schedule");
  }

  /** Returns the schedule under test. */
  protected abstract NoiseSchedule schedule();

  @Override
  protected final Provider<NoiseSchedule> provider() {
    return schedule();
  }

  /**
   * Numbers of steps from 1 to 5000: all small ones, then multiples of a prime, then the largest
   * ones.
   */
  private static IntStream steps() {
    return IntStream.concat(
        IntStream.rangeClosed(1, 100),
        IntStream.concat(
            IntStream.iterate(101, t -> t < MANY_STEPS, t -> t + 97),
            IntStream.of(1000, 2500, 4999, MANY_STEPS)));
  }

  @Test
  void alphasCumprod_anySteps_hasOneValueForEach() {
    steps()
        .forEach(
            steps ->
                assertThat(schedule().alphasCumprod(steps))
                    .as("alpha-bar for %d steps", steps)
                    .hasSize(steps));
  }

  @Test
  void alphasCumprod_anySteps_isAboveZeroAndAtMostOne() {
    steps()
        .forEach(
            steps -> {
              double[] alphasCumprod = schedule().alphasCumprod(steps);
              for (int t = 0; t < steps; t++) {
                assertThat(alphasCumprod[t])
                    .as("alpha-bar %d of %d", t, steps)
                    .isGreaterThan(0)
                    .isLessThanOrEqualTo(1);
              }
            });
  }

  @Test
  void alphasCumprod_anySteps_neverRises() {
    steps()
        .forEach(
            steps -> {
              double[] alphasCumprod = schedule().alphasCumprod(steps);
              for (int t = 1; t < steps; t++) {
                assertThat(alphasCumprod[t])
                    .as("alpha-bar %d of %d", t, steps)
                    .isLessThanOrEqualTo(alphasCumprod[t - 1]);
              }
            });
  }

  @Test
  void alphasCumprod_calledAgain_givesTheSame() {
    NoiseSchedule schedule = schedule();
    double[] first = schedule.alphasCumprod(100);
    double[] other = schedule.alphasCumprod(7);

    assertThat(other).hasSize(7);
    assertThat(schedule.alphasCumprod(100)).containsExactly(first);
  }

  @Test
  void alphasCumprod_resultOverwritten_nextResultIsUntouched() {
    NoiseSchedule schedule = schedule();
    double[] expected = schedule.alphasCumprod(100).clone();

    Arrays.fill(schedule.alphasCumprod(100), -1);

    assertThat(schedule.alphasCumprod(100)).containsExactly(expected);
  }

  @Test
  void alphasCumprod_onSeveralThreads_givesTheSame() throws Exception {
    NoiseSchedule schedule = schedule();
    double[] expected = schedule.alphasCumprod(MANY_STEPS).clone();

    assertThat(PluginChecks.onSeveralThreads(() -> schedule.alphasCumprod(MANY_STEPS)))
        .allSatisfy(actual -> assertThat(actual).containsExactly(expected));
  }

  @Test
  void alphaBar_atEachStep_isAlphasCumprod() {
    steps()
        .filter(steps -> steps <= 1000)
        .forEach(
            steps -> {
              double[] alphasCumprod = schedule().alphasCumprod(steps);
              DoubleUnaryOperator alphaBar = schedule().alphaBar(steps);
              for (int i = 0; i < steps; i++) {
                assertThat(alphaBar.applyAsDouble((double) i / steps))
                    .as("alpha-bar at %d of %d", i, steps)
                    .isEqualTo(alphasCumprod[i]);
              }
            });
  }

  @Test
  void alphaBar_anyTime_isAboveZeroAndNeverRises() {
    IntStream.of(1, 2, 10, 100, 1000)
        .forEach(
            steps -> {
              DoubleUnaryOperator alphaBar = schedule().alphaBar(steps);
              double last = 1;
              for (int i = 0; i <= FINE; i++) {
                double t = (double) i / FINE;
                double alpha = alphaBar.applyAsDouble(t);
                assertThat(alpha)
                    .as("alpha-bar at %s in %d steps", t, steps)
                    .isGreaterThan(0)
                    .isLessThanOrEqualTo(last);
                last = alpha;
              }
            });
  }
}
