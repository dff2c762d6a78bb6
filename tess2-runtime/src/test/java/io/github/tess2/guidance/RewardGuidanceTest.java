package io.github.tess2.guidance;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.tess2.spi.OptionValues;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RewardGuidanceTest {
  @Test
  void temperatureOption_belowTheLeast_isRejectedAsAnOption() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                OptionValues.of(
                    "guidance \"x\"", RewardGuidance.options(), Map.of("temperature", "1e-38")))
        .withMessage(
            "option \"temperature\" of guidance \"x\" must be a number of at least 1.0E-6, but is:"
                + " 1e-38");
  }
}
