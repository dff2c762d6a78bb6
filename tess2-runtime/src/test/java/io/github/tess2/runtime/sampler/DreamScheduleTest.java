package io.github.tess2.runtime.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.runtime.MaskedGoldens;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DreamScheduleTest {
  static List<MaskedGoldens.Counts> schedules() {
    return MaskedGoldens.dreamCounts();
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void counts_everyStep_areThoseOfPytorch(MaskedGoldens.Counts golden) {
    DreamSchedule schedule = new DreamSchedule(golden.steps(), golden.eps());
    List<Integer> counts = new ArrayList<>();
    int open = golden.generated();
    for (int step = 1; step <= golden.steps(); step++) {
      counts.add(schedule.count(step, open));
      open -= schedule.count(step, open);
    }
    assertThat(counts).isEqualTo(golden.counts());
  }
}
