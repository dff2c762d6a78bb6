package com.example.tess2plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import io.github.tess2.guidance.RewardGuidance;
import io.github.tess2.spi.PluginSpec;
import io.github.tess2.spi.Reward;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Uses the plugins by name in whole generations, on a small random model. */
class PluginInUseTest {
  private static final Path MODEL =
      Path.of("../../tess2-runtime/src/test/resources/golden/checkpoints/mistral");

  private static DiffusionLM.Builder model() {
    return DiffusionLM.builder().model(MODEL).device(ComputeDevice.CPU).steps(6).length(24).seed(5);
  }

  private static int repeats(ImmutableIntArray ids) {
    int repeats = 0;
    for (int i = 1; i < ids.length(); i++) {
      repeats += ids.get(i) == ids.get(i - 1) ? 1 : 0;
    }
    return repeats;
  }

  private static ImmutableIntArray answer(DiffusionLM lm, Reward reward, double scale) {
    return lm.generate(
            GenerationRequest.builder(Prompt.user("Hello"))
                .guidance(RewardGuidance.builder("repeats", reward).scale(scale).build())
                .build())
        .tokenIds();
  }

  @Test
  void generate_scheduleAndSamplerByName_givesItsOwnAnswer() {
    try (DiffusionLM plain = model().build();
        DiffusionLM other = model().noiseSchedule("quadratic").sampler("sure-first").build()) {
      assertThat(other.generate("Hello").steps()).isEqualTo(6);
      assertThat(other.generate("Hello").tokenIds())
          .isNotEqualTo(plain.generate("Hello").tokenIds());
    }
  }

  @Test
  void generate_againstRepeats_hasNoMoreThanWhenPushedTowardsThem() {
    Reward reward = Reward.named(PluginSpec.parse("no-repeats"));
    try (DiffusionLM lm = model().build()) {
      int pushedTowards = repeats(answer(lm, reward, -200));

      assertThat(pushedTowards).as("repeats when pushed towards them").isGreaterThan(3);
      assertThat(repeats(answer(lm, reward, 200))).as("repeats when pushed away").isZero();
    }
  }

  @Test
  void generate_answerTooShort_isRefused() {
    Reward reward = Reward.named(PluginSpec.parse("no-repeats:distance=24"));
    try (DiffusionLM lm = model().build()) {
      assertThatThrownBy(() -> answer(lm, reward, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "guidance \"repeats\" does not fit its request: no-repeats needs an answer of more"
                  + " than 24 tokens, but has room for: 24");
    }
  }
}
