package io.github.tess2.runtime.schedule;

import io.github.tess2.contract.NoiseScheduleContractTest;
import io.github.tess2.spi.NoiseSchedule;

class SigmoidScheduleTest extends NoiseScheduleContractTest {
  @Override
  protected NoiseSchedule schedule() {
    return new SigmoidSchedule();
  }
}
