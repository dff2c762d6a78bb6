package io.github.tess2.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener.Signal;
import io.github.tess2.training.TrainingStage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Checks, with the JVM's own events, which files are forced to the disk. */
class DurableSaveTest {
  @TempDir Path folder;

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void checkpoint_saved_isOnTheDiskWholeBeforeItHasItsNameAndThenItsName() throws IOException {
    TrainingStage stage = TrainingStage.AUTOREGRESSIVE;
    Path out = folder.resolve("out");
    TrainingConfig config =
        TinyRun.builder(stage, TinyRun.data(stage, folder), out).steps(1).build();
    List<String> forced;
    try (Recording recording = new Recording()) {
      recording.enable("jdk.FileForce").withoutThreshold();
      recording.start();
      Trainer.train(config, progress -> Signal.CONTINUE);
      recording.stop();
      Path file = folder.resolve("forced.jfr");
      recording.dump(file);
      forced =
          RecordingFile.readAllEvents(file).stream().map(event -> event.getString("path")).toList();
    }

    String work = out.resolve("step-1.unfinished").toString();
    assertThat(forced)
        .contains(
            work + "/config.json",
            work + "/tokenizer.json",
            work + "/tokenizer_config.json",
            work + "/special_tokens_map.json",
            work + "/training/state.json")
        .containsSubsequence(
            work + "/training/state.json", work + "/training", work, out.toString())
        .endsWith(out.toString());
  }
}
