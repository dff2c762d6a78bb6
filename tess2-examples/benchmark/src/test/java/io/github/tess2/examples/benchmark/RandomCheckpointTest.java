package io.github.tess2.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomCheckpointTest {
  @TempDir Path folder;

  private final ModelConfig config = Shape.TINY.config(ModelConfig.Purpose.DIFFUSION);

  @BeforeEach
  void write() throws Exception {
    RandomCheckpoint.write(folder.resolve("a"), config, 1);
  }

  @Test
  void write_anyShape_isAWholeDiffusionModel() {
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("a")).requireDiffusionModel()) {
      assertThat(checkpoint.config()).isEqualTo(config);
    }
  }

  @Test
  void write_tokenizer_hasATokenForEachLetter() {
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder.resolve("a"), config)) {
      assertThat(tokenizer.encode("aaaa").length()).isEqualTo(4);
    }
  }

  @Test
  void write_weights_spreadAroundZeroAsModelsAreInitialised() {
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("a"))) {
      float[] weights = checkpoint.floats("lm_head.weight");

      double mean = average(weights, 1);
      assertThat(mean).isCloseTo(0, within(1e-3));
      assertThat(Math.sqrt(average(weights, 2))).isCloseTo(0.02, within(1e-3));
    }
  }

  private static double average(float[] values, int power) {
    return IntStream.range(0, values.length)
        .mapToDouble(i -> Math.pow(values[i], power))
        .average()
        .orElseThrow();
  }

  @Test
  void write_norms_areOnes() {
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("a"))) {
      assertThat(checkpoint.floats("model.norm.weight")).containsOnly(1);
    }
  }

  @Test
  void write_sameSeed_givesTheSameBytes() throws Exception {
    RandomCheckpoint.write(folder.resolve("b"), config, 1);

    assertThat(weights("b")).isEqualTo(weights("a"));
  }

  @Test
  void write_otherSeed_givesOtherBytes() throws Exception {
    RandomCheckpoint.write(folder.resolve("b"), config, 2);

    assertThat(weights("b")).isNotEqualTo(weights("a"));
  }

  private byte[] weights(String name) throws Exception {
    return Files.readAllBytes(folder.resolve(name).resolve("model.safetensors"));
  }
}
