package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.OptionsBuilder;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Plugins;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests each shipped schedule with the largest number of steps that a request may ask for. */
class SchedulesTest {
  static Stream<String> names() {
    return Plugins.of(NoiseSchedule.class).names().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void alphasCumprod_mostSteps_keepsItsContract(String name) {
    NoiseSchedule schedule = Plugins.of(NoiseSchedule.class).named(name);

    assertThat(Schedules.alphasCumprod(schedule, OptionsBuilder.MAX_STEPS))
        .hasSize(OptionsBuilder.MAX_STEPS);
  }
}
