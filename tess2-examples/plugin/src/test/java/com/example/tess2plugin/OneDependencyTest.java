package com.example.tess2plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.Plugins;
import io.github.tess2.spi.RewardProvider;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Checks what {@code tess2-runtime} brings along: the only other artifact of the library that this
 * module names is the API.
 */
class OneDependencyTest {
  @Test
  void guidances_runtimeAlone_areAllThatShip() {
    assertThat(Plugins.of(GuidanceProvider.class).names())
        .contains("best-of", "classifier-free", "reward-function", "reward-model", "weighted-sum");
    assertThat(Plugins.of(RewardProvider.class).names()).contains("wanted-words", "answer-length");
  }

  @Test
  void rewardModel_runtimeAlone_guidesTheModelThatShips() {
    try (DiffusionLM lm =
        DiffusionLM.builder()
            .device(ComputeDevice.CPU)
            .steps(2)
            .guidance(Guidance.named("reward-model", Map.of("scale", 1)))
            .build()) {
      assertThat(lm.generate("What is 17 + 25?").reward()).isPresent();
    }
  }
}
