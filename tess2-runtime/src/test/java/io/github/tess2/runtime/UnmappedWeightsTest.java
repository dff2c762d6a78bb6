package io.github.tess2.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.DiffusionLM;
import io.github.tess2.Precision;
import io.github.tess2.spi.RewardModel;
import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener;
import io.github.tess2.training.TrainingStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A loaded model holds its weights only once: no file of its checkpoint is still mapped. */
class UnmappedWeightsTest {
  @TempDir Path folder;

  private Path copy(String checkpoint) {
    return Checkpoints.copy(Goldens.checkpoint(checkpoint), folder);
  }

  /** In float32, bf16 and fp16, in shards, and with a time warp. */
  @ParameterizedTest
  @ValueSource(strings = {"mistral", "llama", "llama-linear", "cdcd"})
  void diffusionModel_built_hasNoFileMappedAndAnswersAsBefore(String checkpoint)
      throws IOException {
    try (DiffusionLM lm = Checkpoints.open(copy(checkpoint), Precision.FP32)) {
      assertThat(MappedFiles.in(folder)).isFalse();
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.write(file, new byte[0]);
        }
      }

      assertThat(lm.generate("What is 8 + 9?").steps()).isEqualTo(5);
    }
  }

  @Test
  void rewardModel_opened_hasNoFileMapped() {
    try (RewardModel reward = RewardModel.open(copy("reward"))) {
      assertThat(reward.weightBytes()).isPositive();
      assertThat(MappedFiles.in(folder)).isFalse();
    }
  }

  @Test
  void trainingRun_pastItsStart_hasNoFileMapped() throws IOException {
    Path data =
        Files.writeString(folder.resolve("data.jsonl"), "{\"text\": \"The capital of Italy.\"}\n");
    TrainingConfig config =
        TrainingConfig.builder(TrainingStage.ADAPTATION)
            .startFrom(copy("mistral"))
            .data(data)
            .output(folder.resolve("out"))
            .steps(2)
            .batchSize(1)
            .sequenceLength(8)
            .checkpointEvery(1)
            .build();

    Trainer.train(config, step -> assertUnmapped(TrainingListener.Signal.STOP));
    Trainer.train(config, step -> assertUnmapped(TrainingListener.Signal.CONTINUE));
  }

  private TrainingListener.Signal assertUnmapped(TrainingListener.Signal signal) {
    assertThat(MappedFiles.in(folder)).isFalse();
    return signal;
  }
}
