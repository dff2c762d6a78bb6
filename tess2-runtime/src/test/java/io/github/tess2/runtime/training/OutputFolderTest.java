package io.github.tess2.runtime.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.engine.ChildJvm;
import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener;
import io.github.tess2.training.TrainingListener.Signal;
import io.github.tess2.training.TrainingResult;
import io.github.tess2.training.TrainingStage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests runs whose output folder others use too. */
class OutputFolderTest {
  private static final TrainingStage STAGE = TrainingStage.AUTOREGRESSIVE;
  private static final TrainingListener TO_THE_END = progress -> Signal.CONTINUE;

  @TempDir Path folder;

  private TrainingConfig config() {
    return config(TinyRun.data(STAGE, folder), folder.resolve("out"));
  }

  private static TrainingConfig config(Path data, Path output) {
    return TinyRun.builder(STAGE, data, output).build();
  }

  private static List<String> files(Path output) throws IOException {
    try (Stream<Path> entries = Files.list(output)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private static void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "a user's own");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "step-by-step.txt",
        "step-notes/notes.txt",
        "step-013/notes.txt",
        "step-1e3/notes.txt",
        "step-99/notes.txt",
        "step-99.unfinished/notes.txt",
        "step-99.unfinished/training/notes.txt",
        "step-3.bak/training/state.json"
      })
  void run_entryThatOnlyBeginsLikeACheckpoint_isLeftAlone(String file) throws IOException {
    TrainingConfig config = config();
    write(config.output().resolve(file));

    Trainer.train(config, TO_THE_END);

    assertThat(config.output().resolve(file)).hasContent("a user's own");
    assertThat(files(config.output()))
        .containsExactlyInAnyOrder(file.replaceAll("/.*", ""), "metrics.jsonl", "step-12");
  }

  @Test
  void run_oldCheckpointWithAUsersFile_isLeftAlone() throws IOException {
    TrainingConfig config = config();
    Trainer.train(config, progress -> progress.step() == 3 ? Signal.STOP : Signal.CONTINUE);
    write(config.output().resolve("step-3/answers.txt"));

    Trainer.train(config, TO_THE_END);

    assertThat(config.output().resolve("step-3/answers.txt")).exists();
    assertThat(config.output().resolve("step-3/model.safetensors")).exists();
    assertThat(files(config.output())).containsExactly("metrics.jsonl", "step-12", "step-3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"step-12/notes.txt", "step-7/notes.txt", "step-6.unfinished/notes.txt"})
  void run_entryWhereACheckpointWouldGo_isRefusedBeforeAStep(String file) throws IOException {
    TrainingConfig config = config();
    Path mine = config.output().resolve(file);
    write(mine);

    assertThatThrownBy(() -> Trainer.train(config, TO_THE_END))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage(
            "an output folder must hold only checkpoints of its run under their names, but "
                + mine.getParent().toRealPath()
                + " is not one: move it, or choose another folder");
    assertThat(mine).hasContent("a user's own");
    assertThat(files(config.output())).containsExactly(file.replaceAll("/.*", ""));
  }

  @Test
  void run_beside_anotherInThisJvm_isRefusedAndTheOtherGoesOn() throws Exception {
    TrainingConfig config = config();
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch tried = new CountDownLatch(1);
    TrainingResult[] results = new TrainingResult[1];
    Thread first =
        new Thread(
            () ->
                results[0] =
                    Trainer.train(
                        config,
                        progress -> {
                          running.countDown();
                          await(tried);
                          return Signal.CONTINUE;
                        }));
    first.start();
    await(running);
    try {
      // Twice: the first attempt must not have taken the lock away.
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> Trainer.train(config, TO_THE_END))
            .isInstanceOf(Tess2Exception.class)
            .hasMessage(inUse(config.output()));
      }
      assertThat(tryInAChild(config)).contains(inUse(config.output()));
    } finally {
      tried.countDown();
      first.join();
    }

    assertThat(results[0].finished()).isTrue();
    assertThat(Files.readAllLines(config.output().resolve("metrics.jsonl"))).hasSize(12);
    assertThat(files(config.output())).containsExactly("metrics.jsonl", "step-12");
  }

  private static String inUse(Path output) {
    return "an output folder must be used by one run at a time, but another run is writing to: "
        + output;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private String tryInAChild(TrainingConfig config) throws Exception {
    return new ChildJvm()
        .run(Training.class, config.data().get(0).toString(), config.output().toString())
        .output();
  }

  @Test
  void run_besideAnotherProcess_isRefusedUntilThatIsKilled() throws Exception {
    TrainingConfig config = config();
    Process process =
        new ChildJvm()
            .start(
                Training.class,
                config.data().get(0).toString(),
                config.output().toString(),
                "wait");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      String line = lines.readLine();
      while (line != null && !line.equals("step 2")) {
        line = lines.readLine();
      }
      assertThatThrownBy(() -> Trainer.train(config, TO_THE_END))
          .isInstanceOf(Tess2Exception.class)
          .hasMessage(inUse(config.output()));
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
    assertThat(config.output().resolve(OutputLock.FILE)).exists();

    assertThat(Trainer.train(config, TO_THE_END).finished()).isTrue();
    assertThat(Files.readAllLines(config.output().resolve("metrics.jsonl"))).hasSize(12);
    assertThat(files(config.output())).containsExactly("metrics.jsonl", "step-12");
  }

  @Test
  void equalRuns_inTwoJvms_writeTheSameBytes() throws Exception {
    TrainingConfig here = config(TinyRun.data(STAGE, folder), folder.resolve("here"));
    Trainer.train(here, TO_THE_END);
    Path there = folder.resolve("there");
    assertThat(new ChildJvm().run(Training.class, here.data().get(0).toString(), there.toString()))
        .extracting(ChildJvm.Outcome::exit)
        .isEqualTo(0);

    for (String file :
        List.of(
            "model.safetensors",
            "config.json",
            "training/optimizer.safetensors",
            "training/state.json")) {
      assertThat(there.resolve("step-12").resolve(file))
          .hasSameBinaryContentAs(here.output().resolve("step-12").resolve(file));
    }
  }

  /** The child: data, output folder, and whether to wait after the second step. */
  static final class Training {
    private Training() {}

    public static void main(String[] arguments) {
      Trainer.train(
          config(Path.of(arguments[0]), Path.of(arguments[1])),
          progress -> {
            System.out.println("step " + progress.step());
            if (arguments.length > 2 && progress.step() == 2) {
              await(new CountDownLatch(1));
            }
            return Signal.CONTINUE;
          });
    }
  }
}
