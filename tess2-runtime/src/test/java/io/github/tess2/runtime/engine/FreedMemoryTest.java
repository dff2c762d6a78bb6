package io.github.tess2.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.runtime.Checkpoints;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures, in separate processes, how much freed memory a process keeps. */
class FreedMemoryTest {
  private static final Pattern MEGABYTES = Pattern.compile("megabytes (-?\\d+) (-?\\d+)");

  private static int[] megabytes(Class<?> main, String... arguments) throws Exception {
    NativeMemory.requireLinux();
    ChildJvm.Outcome outcome =
        new ChildJvm()
            // The heap has a fixed size, so that only native memory changes.
            .option("-Xms96m")
            .option("-Xmx96m")
            .option("-XX:+UseSerialGC")
            .option("-XX:+AlwaysPreTouch")
            .run(main, arguments);
    Assumptions.assumeFalse(outcome.output().contains("not possible here"));
    Matcher found = MEGABYTES.matcher(outcome.output());
    assertThat(found.find()).as(outcome.output()).isTrue();
    return new int[] {Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2))};
  }

  @Test
  void giveBack_ofScatteredPieces_shrinksTheProcess() throws Exception {
    int[] megabytes = megabytes(Scattered.class);

    assertThat(megabytes[1]).isLessThan(megabytes[0] - Scattered.MEGABYTES / 2);
  }

  @Test
  void models_openedAndClosed_leaveNoMoreAfterMoreOfThem(@TempDir Path folder) throws Exception {
    int[] megabytes = megabytes(OpenedAndClosed.class, Checkpoints.wide(folder).toString());

    // The weights of a model take 12 MB, and the tensors of a request as much again. A leak would
    // add 48 MB or more in each window.
    assertThat(megabytes[1] - megabytes[0]).as("growth in MB").isLessThanOrEqualTo(25);
  }

  /** Frees nineteen of twenty blocks, each too small for a separate mapping. */
  public static final class Scattered {
    static final int MEGABYTES = 160;
    private static final int PIECE = 80 * 1024;

    public static void main(String[] arguments) {
      if (!FreedMemory.giveBack()) {
        System.out.println("not possible here");
        return;
      }
      EngineStart.engine();
      try (NDManager manager = NDManager.newBaseManager(ai.djl.Device.cpu(), "PyTorch")) {
        List<NDArray> pieces =
            java.util.stream.IntStream.range(0, MEGABYTES * 1024 * 1024 / PIECE)
                .mapToObj(i -> manager.ones(new Shape(PIECE / 4)))
                .toList();
        for (int i = 0; i < pieces.size(); i++) {
          if (i % 20 != 0) {
            pieces.get(i).close();
          }
        }
        long before = NativeMemory.anonymousMegabytes();
        FreedMemory.giveBack();
        System.out.println("megabytes " + before + " " + NativeMemory.anonymousMegabytes());
      }
    }
  }

  /**
   * Repeatedly opens, uses and closes a model in windows of several rounds, and reports the window
   * with the least growth, because the JVM's compiler also takes memory at unpredictable times.
   */
  public static final class OpenedAndClosed {
    private static final int TIMES = 4;
    private static final int WINDOWS = 4;

    public static void main(String[] arguments) throws InterruptedException {
      if (!FreedMemory.giveBack()) {
        System.out.println("not possible here");
        return;
      }
      Path folder = Path.of(arguments[0]);
      long before = used(folder);
      long least = Long.MAX_VALUE;
      for (int i = 0; i < WINDOWS; i++) {
        long after = used(folder);
        least = Math.min(least, after - before);
        before = after;
      }
      System.out.println("megabytes 0 " + least);
    }

    private static long used(Path folder) throws InterruptedException {
      for (int i = 0; i < TIMES; i++) {
        try (DiffusionLM lm = Checkpoints.open(folder, Precision.FP32)) {
          lm.generateAll(
              List.of(request(1), request(2), GenerationRequest.builder(Prompt.raw("a")).build()));
        }
      }
      // Nothing requests this explicitly; closing the model triggers it.
      int before = FreedMemory.times();
      while (FreedMemory.times() == before) {
        Thread.sleep(50);
      }
      return NativeMemory.anonymousMegabytes();
    }

    private static GenerationRequest request(long seed) {
      return GenerationRequest.builder(Prompt.raw("a")).seed(seed).length(64).steps(2).build();
    }
  }
}
