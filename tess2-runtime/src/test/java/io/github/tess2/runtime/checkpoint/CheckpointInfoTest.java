package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.CheckpointException;
import io.github.tess2.CheckpointInfo;
import io.github.tess2.Precision;
import io.github.tess2.SelfConditioning;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests with the oracle's checkpoints. The expected shapes are those that its README states. */
class CheckpointInfoTest {
  private static final Path CHECKPOINTS = Path.of("src/test/resources/golden/checkpoints");

  private static CheckpointInfo read(String name) {
    return CheckpointInfo.read(CHECKPOINTS.resolve(name));
  }

  @Test
  void diffusionModel_hasASimplex() {
    CheckpointInfo info = read("mistral");

    assertThat(info.purpose()).isEqualTo(CheckpointInfo.Purpose.DIFFUSION);
    assertThat(info.network().hiddenSize()).isEqualTo(32);
    assertThat(info.weights().bytesByType()).containsOnlyKeys("f32");
    assertThat(info.simplex().orElseThrow().selfConditioning())
        .isEqualTo(SelfConditioning.LOGITS_MEAN);
    assertThat(info.masked()).isEmpty();
    assertThat(info.problem()).isEmpty();
  }

  @Test
  void rewardModel_diffusesInNoWay() {
    CheckpointInfo info = read("reward");

    assertThat(info.purpose()).isEqualTo(CheckpointInfo.Purpose.REWARD);
    assertThat(info.simplex()).isEmpty();
    assertThat(info.masked()).isEmpty();
    assertThat(info.problem()).isEmpty();
  }

  @Test
  void bytes_areOfOnePrecision() {
    CheckpointInfo info = read("mistral");

    assertThat(info.weightBytes(Precision.BF16)).isEqualTo(2 * info.weights().parameters());
    assertThatThrownBy(() -> info.weightBytes(Precision.AUTO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("precision must be fp32, fp16 or bf16 here, but is: AUTO");
    assertThatThrownBy(() -> info.requestBytes(Precision.FP32, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("length must be at least 1, but is: 0");
  }

  @Test
  void folderWithoutCheckpoint_isRefused(@TempDir Path folder) {
    assertThatThrownBy(() -> CheckpointInfo.read(folder.resolve("none")))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(folder.resolve("none") + ": must be a folder, but does not exist");
  }
}
