package io.github.tess2.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.LINUX;

import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.engine.ChildJvm;
import io.github.tess2.runtime.engine.NativeMemory;
import io.github.tess2.training.Lora;
import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener.Signal;
import io.github.tess2.training.TrainingStage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Measures memory over a few hundred steps of one run, including evaluations and saves, once with
 * adapters and once with noisy pairs. Runs in a separate process whose heap is fully allocated at
 * the start, so that only native memory grows.
 */
class TrainingMemoryTest {
  /** By then the JVM has compiled the hot code, which takes 20 MB once. */
  private static final int WARM = 200;

  private static final int STEPS = 600;

  /**
   * Steps of a window. A leak shows in every window, while the compiler may take its memory in one
   * of them, so the window with the least growth counts.
   */
  private static final int WINDOW = 200;

  /**
   * The gradients of one pass take 0.1 MB. If they leaked, two passes in each step would take 40
   * MB.
   */
  private static final int MEGABYTES = 20;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"INSTRUCTION", "REWARD"})
  @EnabledOnOs(LINUX)
  void steps_hundreds_leaveNothing(TrainingStage stage) throws IOException, InterruptedException {
    Path data = TinyRun.data(stage, folder);

    ChildJvm.Outcome outcome =
        new ChildJvm()
            .option("-Xms64m")
            .option("-Xmx64m")
            .option("-XX:+UseSerialGC")
            .option("-XX:+AlwaysPreTouch")
            .option("-Dai.djl.pytorch.num_threads=1")
            .run(Training.class, stage.name(), data.toString(), folder.resolve("out").toString());

    assertThat(outcome.exit()).as(outcome.output()).isZero();
    assertThat(outcome.output()).containsPattern("growth -?\\d+");
    int growth = Integer.parseInt(outcome.output().replaceAll("(?s).*growth (-?\\d+).*", "$1"));
    assertThat(growth).as("growth in MB").isLessThanOrEqualTo(MEGABYTES);
  }

  /** The child: stage, data and output folder. */
  static final class Training {
    private Training() {}

    public static void main(String[] arguments) {
      TrainingStage stage = TrainingStage.valueOf(arguments[0]);
      Path data = Path.of(arguments[1]);
      List<Long> used = new ArrayList<>();
      TrainingConfig.Builder builder =
          TrainingConfig.builder(stage)
              .startFrom(Goldens.checkpoint("mistral"))
              .data(data)
              .evaluationData(data)
              .evaluateEvery(20)
              .output(Path.of(arguments[2]))
              .steps(STEPS)
              .batchSize(3)
              .accumulation(2)
              .sequenceLength(32)
              .checkpointEvery(20);
      if (stage == TrainingStage.REWARD) {
        builder.noisyShare(0.5);
      } else {
        builder.lora(Lora.ofRank(32));
      }
      Trainer.train(
          builder.build(),
          progress -> {
            if (progress.step() >= WARM && progress.step() % WINDOW == 0) {
              used.add(NativeMemory.anonymousMegabytes());
            }
            return Signal.CONTINUE;
          });
      System.out.println(
          "growth " + Math.min(used.get(1) - used.get(0), used.get(2) - used.get(1)));
    }
  }
}
