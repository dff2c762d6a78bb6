package io.github.tess2.runtime.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.runtime.engine.ChildJvm;
import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener.Signal;
import io.github.tess2.training.TrainingResult;
import io.github.tess2.training.TrainingStage;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests runs in separate processes that are killed without a chance to clean up. */
class KilledRunTest {
  private static final TrainingStage STAGE = TrainingStage.INSTRUCTION;

  @TempDir Path folder;

  /** A run that spends most of its time writing checkpoints, one after every step. */
  static TrainingConfig config(Path data, Path output) {
    return TinyRun.builder(STAGE, data, output).steps(30).checkpointEvery(1).build();
  }

  @Test
  void run_killedTwice_endsBitForBitAsOneThatWasNot() throws Exception {
    Path data = TinyRun.data(STAGE, folder);
    TrainingResult whole =
        Trainer.train(config(data, folder.resolve("whole")), progress -> Signal.CONTINUE);
    Path output = folder.resolve("killed");

    killAfterStep(8, data, output);
    killAfterStep(19, data, output);
    TrainingResult resumed = Trainer.train(config(data, output), progress -> Signal.CONTINUE);

    TrainerTest.assertSameBits(resumed, whole);
  }

  /**
   * Kills the run at a different moment every time: in a pass, an update, or in the middle of a
   * save.
   */
  private static void killAfterStep(int step, Path data, Path output) throws Exception {
    Process process = new ChildJvm().start(Training.class, data.toString(), output.toString());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      String line = lines.readLine();
      StringBuilder said = new StringBuilder();
      while (line != null && !line.equals("step " + step)) {
        said.append(line).append('\n');
        line = lines.readLine();
      }
      assertThat(line).as(said.toString()).isNotNull();
      TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextInt(40_000));
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).as("killed before its end").isNotZero();
  }

  /** The child: data and output folder. */
  static final class Training {
    private Training() {}

    public static void main(String[] arguments) {
      Trainer.train(
          config(Path.of(arguments[0]), Path.of(arguments[1])),
          progress -> {
            System.out.println("step " + progress.step());
            return Signal.CONTINUE;
          });
    }
  }
}
