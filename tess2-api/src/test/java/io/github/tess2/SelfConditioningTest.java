package io.github.tess2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SelfConditioningTest {
  @Test
  void configName_releasedModels_isTheConfigs() {
    assertThat(SelfConditioning.LOGITS_MEAN.configName()).isEqualTo("logits_mean");
  }

  @ParameterizedTest
  @EnumSource
  void of_itsConfigName_isTheMode(SelfConditioning mode) {
    assertThat(SelfConditioning.of(mode.configName())).isEqualTo(mode);
  }

  @Test
  void of_unknownName_listsTheModes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SelfConditioning.of("logits_median"))
        .withMessage(
            "self-conditioning must be one of [none, logits_mean, logits_addition, logits_max,"
                + " logits_multiply, logits_with_projection, logits_with_projection_addition], but"
                + " is: logits_median");
  }
}
