package io.github.tess2.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Assumptions;

/** Measures this process's memory outside the Java heap, as Linux counts it. */
public final class NativeMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path PEAK_RESET = Path.of("/proc/self/clear_refs");
  private static final int PEAK_ROUNDS = 3;
  private static final int RESETS = 20;
  private static final int ROUNDS = 40;
  private static final int WINDOWS = 8;

  private NativeMemory() {}

  /** Skips a test if the process's memory cannot be measured. */
  static void requireLinux() {
    Assumptions.assumeTrue(Files.isReadable(STATUS), "only Linux counts it");
  }

  /**
   * Asserts that the process's memory does not grow with repetitions of a task.
   *
   * @param megabytes largest growth allowed once warm; less than forty leaks of the task's data
   * @param task the task to repeat
   */
  public static void assertSteady(long megabytes, Runnable task) {
    assertSteady(megabytes, ROUNDS, task);
  }

  /**
   * Asserts that the process's memory does not grow with some repetitions of a task.
   *
   * @param megabytes largest growth allowed once warm; less than leaking the task's data in each
   *     round
   * @param rounds repetitions in a window
   * @param task the task to repeat
   */
  public static void assertSteady(long megabytes, int rounds, Runnable task) {
    requireLinux();
    for (int i = 0; i < rounds / 4; i++) {
      task.run();
    }
    // A leak shows in every window, whereas memory of the heap and the allocator goes up and down.
    long least = Long.MAX_VALUE;
    for (int i = 0; i < WINDOWS && least > megabytes; i++) {
      least = Math.min(least, growthInMegabytes(rounds, task));
    }
    assertThat(least).as("growth of the process's memory in MB").isLessThanOrEqualTo(megabytes);
  }

  /**
   * {@return by how many bytes a task raises the process's memory while it runs; the minimum of
   * several runs, because other work of the JVM only adds memory}
   */
  public static long peakBytes(Runnable task) {
    task.run();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < PEAK_ROUNDS; i++) {
      resetPeak();
      long before = kilobytes("VmHWM:");
      task.run();
      least = Math.min(least, kilobytes("VmHWM:") - before);
    }
    return 1024 * least;
  }

  /** Resets the peak to the current memory. Skips the test if that is not possible. */
  public static void resetPeak() {
    Assumptions.assumeTrue(Files.isWritable(PEAK_RESET), "only Linux counts it");
    for (int i = 0; i < RESETS; i++) {
      try {
        Files.writeString(PEAK_RESET, "5", StandardOpenOption.WRITE);
      } catch (IOException e) {
        Assumptions.abort("the peak cannot be reset here: " + e);
      }
      // The JVM may have released memory between the two readings; then measures again.
      if (kilobytes("VmHWM:") - kilobytes("VmRSS:") < 1024) {
        return;
      }
    }
    Assumptions.abort("the peak is not reset here");
  }

  private static long growthInMegabytes(int rounds, Runnable task) {
    long before = anonymousMegabytes();
    for (int i = 0; i < rounds; i++) {
      task.run();
    }
    return anonymousMegabytes() - before;
  }

  /**
   * Memory that is not backed by files: weights, activations and heap, but not mapped weights or
   * code.
   */
  public static long anonymousMegabytes() {
    return kilobytes("RssAnon:") / 1024;
  }

  private static long kilobytes(String what) {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(what))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
