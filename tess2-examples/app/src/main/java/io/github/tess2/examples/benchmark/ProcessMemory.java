package io.github.tess2.examples.benchmark;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/** This process's resident memory, native and Java, as Linux accounts it. */
final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");

  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final int UNMAP_TRIES = 50;
  private static final Duration UNMAP_PAUSE = Duration.ofMillis(100);

  /** What to write there to have the peak begin anew (proc(5)). */
  private static final String RESET_PEAK = "5";

  private ProcessMemory() {}

  /** Bytes resident now; empty where the system is not Linux. */
  static OptionalLong resident() throws IOException {
    return field("VmRSS:");
  }

  /** The most bytes resident since the start, or since {@link #resetPeak}. */
  static OptionalLong peak() throws IOException {
    return field("VmHWM:");
  }

  /** Has the peak begin anew from what is resident now. */
  static void resetPeak() throws IOException {
    if (Files.exists(CLEAR_REFS)) {
      Files.writeString(CLEAR_REFS, RESET_PEAK);
    }
  }

  /**
   * Waits until no file of a folder is mapped any more: a mapping goes when its buffer is garbage,
   * and its pages count as resident until then.
   *
   * @throws IOException if it lasts too long to be garbage
   */
  static void awaitUnmapped(Path folder) throws IOException {
    String inFolder = folder.toRealPath() + "/";
    for (int i = 0; i < UNMAP_TRIES && isMapped(inFolder); i++) {
      System.gc();
      Uninterruptibles.sleepUninterruptibly(UNMAP_PAUSE);
    }
    if (isMapped(inFolder)) {
      throw new IOException("the files must be unmapped after loading, but are not: " + folder);
    }
  }

  private static boolean isMapped(String inFolder) throws IOException {
    return Files.exists(MAPS)
        && Files.readAllLines(MAPS).stream().anyMatch(line -> line.contains(inFolder));
  }

  private static OptionalLong field(String name) throws IOException {
    if (!Files.exists(STATUS)) {
      return OptionalLong.empty();
    }
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst();
  }
}
