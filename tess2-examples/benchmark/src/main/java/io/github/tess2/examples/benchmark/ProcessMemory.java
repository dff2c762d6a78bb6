package io.github.tess2.examples.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** This process's resident memory, native and Java, as Linux accounts it. */
final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");

  private static final Path MAPS = Path.of("/proc/self/maps");

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
   * Makes sure that no file of a folder is mapped any more, whose pages would count as resident.
   *
   * @throws IOException if one is
   */
  static void requireUnmapped(Path folder) throws IOException {
    if (isMapped(folder.toRealPath() + "/")) {
      throw new IOException("files must be unmapped after loading, but are still mapped: " + folder);
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
