package com.example.tess2plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tess2.contract.NoiseScheduleContractTest;
import io.github.tess2.spi.NoiseSchedule;
import org.junit.jupiter.api.Test;

class QuadraticScheduleContractTest extends NoiseScheduleContractTest {
  @Override
  protected NoiseSchedule schedule() {
    return new QuadraticSchedule();
  }

  @Test
  void alphasCumprod_fourSteps_isTheFormula() {
    assertThat(schedule().alphasCumprod(4))
        .containsExactly(new double[] {24 / 25.0, 21 / 25.0, 16 / 25.0, 9 / 25.0}, within(1e-12));
  }
}
