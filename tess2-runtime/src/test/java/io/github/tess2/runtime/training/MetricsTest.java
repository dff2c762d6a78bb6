package io.github.tess2.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import io.github.tess2.Tess2Exception;
import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener.Signal;
import io.github.tess2.training.TrainingStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
  @TempDir Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("metrics.jsonl"), text);
  }

  private void keepUpTo(int step) {
    try (Metrics metrics = new Metrics(folder)) {
      metrics.keepUpTo(step);
    }
  }

  @Test
  void keepUpTo_linesBehindTheStepAndAHalfOne_goes() throws IOException {
    Path file = write("{\"step\":1}\n{\"step\":2}\n\n{\"step\":3}\n{\"step\":4,\"lo");

    keepUpTo(2);

    assertThat(file).hasContent("{\"step\":1}\n{\"step\":2}\n");
  }

  @Test
  void keepUpTo_lineThatIsNoneOfARun_isNamed() throws IOException {
    Path file = write("{\"step\":1}\n{\"step\":2,\"lo{\"step\":1}\n{\"step\":2}\n");

    assertThatThrownBy(() -> keepUpTo(2))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage(
            file
                + ", line 2: a line must be one JSON object with a step, but is:"
                + " {\"step\":2,\"lo{\"step\":1}");
    write("{\"loss\":1}\n");
    assertThatThrownBy(() -> keepUpTo(2))
        .isInstanceOf(Tess2Exception.class)
        .hasMessageEndingWith("but is: {\"loss\":1}");
  }

  /** An exception in the listener ends the run before any checkpoint, as a kill would. */
  @Test
  void run_endedBeforeItsFirstCheckpoint_beginsItsMetricsAnew() throws IOException {
    TrainingStage stage = TrainingStage.AUTOREGRESSIVE;
    TrainingConfig config =
        TinyRun.builder(stage, TinyRun.data(stage, folder), folder.resolve("out"))
            .steps(5)
            .checkpointEvery(5)
            .build();
    assertThatThrownBy(
            () ->
                Trainer.train(
                    config,
                    progress -> {
                      if (progress.step() == 3) {
                        throw new IllegalStateException("killed");
                      }
                      return Signal.CONTINUE;
                    }))
        .hasMessage("killed");
    Path metrics = config.output().resolve("metrics.jsonl");
    assertThat(Files.readAllLines(metrics)).hasSize(3);
    Files.writeString(metrics, Files.readString(metrics) + "{\"step\":4,\"lo");

    Trainer.train(config, progress -> Signal.CONTINUE);

    List<Integer> steps =
        Files.readAllLines(metrics).stream()
            .map(line -> JsonParser.parseString(line).getAsJsonObject().get("step").getAsInt())
            .toList();
    assertThat(steps).containsExactly(1, 2, 3, 4, 5);
  }
}
