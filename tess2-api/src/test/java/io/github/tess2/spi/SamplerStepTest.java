package io.github.tess2.spi;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

class SamplerStepTest {
  @Test
  void tokens_null_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> new SamplerStep.Tokens(null))
        .withMessage("ids");
  }

  @Test
  void simplex_null_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> new SamplerStep.Simplex(null))
        .withMessage("x");
  }
}
