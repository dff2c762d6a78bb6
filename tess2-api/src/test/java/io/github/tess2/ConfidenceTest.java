package io.github.tess2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.ImmutableDoubleArray;
import org.junit.jupiter.api.Test;

class ConfidenceTest {
  private final Confidence confidence = new Confidence(ImmutableDoubleArray.of(0.25, 0.5, 0.9));

  @Test
  void at_aPosition_isItsProbability() {
    assertThat(confidence.at(2)).isEqualTo(0.9);
  }

  @Test
  void at_behindTheEnd_isRejected() {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> confidence.at(3))
        .withMessage("token (3) must be less than size (3)");
  }

  @Test
  void at_negative_isRejected() {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> confidence.at(-1))
        .withMessage("token (-1) must not be negative");
  }

  @Test
  void mean_ofTokens_isTheirAverage() {
    assertThat(confidence.mean()).isCloseTo(0.55, within(1e-15));
  }

  @Test
  void mean_withoutTokens_isZero() {
    assertThat(new Confidence(ImmutableDoubleArray.of()).mean()).isZero();
  }
}
