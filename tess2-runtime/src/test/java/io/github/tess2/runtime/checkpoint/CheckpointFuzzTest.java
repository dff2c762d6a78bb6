package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Opening a damaged file gives a checkpoint or a {@link CheckpointException}, whatever the damage.
 */
class CheckpointFuzzTest {
  private static final int MUTATIONS = 300;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "mistral, config.json, 1500",
    "mistral, model.safetensors, 2200",
    "mistral, tokenizer.json, 100000",
    "llama, model.safetensors.index.json, 1900",
    "llama, model-00002-of-00002.safetensors, 1200",
  })
  void open_damagedFile_onlyCheckpointException(String name, String file, int within)
      throws IOException {
    Checkpoints.copy(Fixtures.checkpoint(name), folder);
    Path target = folder.resolve(file);
    byte[] whole = Files.readAllBytes(target);
    Random random = new Random(7);
    int rejected = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      Files.write(target, damaged(whole, Math.min(within, whole.length), random));
      try (Checkpoint checkpoint = Checkpoint.open(folder)) {
        checkpoint.requireDiffusionModel();
        checkpoint.floats("model.norm.weight");
        if (file.equals("tokenizer.json")) {
          useTokenizer(checkpoint.config());
        }
      } catch (CheckpointException e) {
        assertThat(e.getMessage()).contains(folder.toString());
        rejected++;
      }
    }
    assertThat(rejected).isGreaterThan(MUTATIONS / 4);
  }

  private void useTokenizer(ModelConfig config) {
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, config)) {
      tokenizer.decode(tokenizer.encode("Zürich </s> 🙂"));
    }
  }

  /**
   * Truncates a file at random, or changes one to four bytes in the part that describes the
   * structure.
   */
  private static byte[] damaged(byte[] whole, int within, Random random) {
    if (random.nextInt(4) == 0) {
      return Arrays.copyOf(whole, random.nextInt(whole.length));
    }
    byte[] bytes = whole.clone();
    for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
      bytes[random.nextInt(within)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
