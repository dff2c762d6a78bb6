package io.github.tess2.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the learned time warp with the oracle; tolerance 1e-5 of the number of steps. */
class TimeWarpGoldenTest {
  private static final Goldens.Case GOLDEN = Goldens.named("time-warp");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 100})
  void warp_everyStep_equalsTheOracles(int steps) {
    double[] expected = GOLDEN.doubles("warped/" + steps);
    double tolerance = GOLDEN.number("tolerance_relative") * steps;
    TimeWarp warp;
    try (Checkpoint checkpoint = GOLDEN.openCheckpoint()) {
      warp = TimeWarp.of(checkpoint.floats("cdf.l_t"), checkpoint.floats("cdf.l_u"));
    }

    assertThat(expected).hasSize(steps);
    for (int step = 0; step < steps; step++) {
      assertThat(warp.warp(step, steps))
          .as("step %d of %d", step, steps)
          .isCloseTo(expected[step], within(tolerance));
    }
  }
}
