package io.github.tess2.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelaxationTest {
  @Test
  void temperature_least_isKept() {
    assertThat(new Relaxation(1e-6, false, false).temperature()).isEqualTo(1e-6);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1e-38, 9.9e-7, Double.NaN, Double.POSITIVE_INFINITY})
  void temperature_outOfRange_isRejected(double temperature) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Relaxation(temperature, false, false))
        .withMessage("temperature must be finite and at least 1e-6, but is: " + temperature);
  }
}
