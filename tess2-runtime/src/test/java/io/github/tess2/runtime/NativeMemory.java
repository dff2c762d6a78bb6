package io.github.tess2.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** What this process holds outside the Java heap, as Linux counts it. */
public final class NativeMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int WARM_UP = 10;
  private static final int ROUNDS = 40;

  private NativeMemory() {}

  /**
   * Asserts that the process's memory does not grow with repetitions of a task.
   *
   * @param megabytes how much it may, once warm: less than forty leaks of what the task handles
   * @param task repeated
   */
  public static void assertSteady(long megabytes, Runnable task) {
    Assumptions.assumeTrue(Files.isReadable(STATUS), "only Linux counts it");
    for (int i = 0; i < WARM_UP; i++) {
      task.run();
    }
    long before = anonymousMegabytes();
    for (int i = 0; i < ROUNDS; i++) {
      task.run();
    }
    assertThat(anonymousMegabytes() - before)
        .as("growth of the process's memory in MB")
        .isLessThanOrEqualTo(megabytes);
  }

  /** Memory that no file backs: weights, activations, heap; not mapped weights or code. */
  public static long anonymousMegabytes() {
    try {
      return Files.readAllLines(STATUS).stream()
              .filter(line -> line.startsWith("RssAnon:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
              .sum()
          / 1024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
