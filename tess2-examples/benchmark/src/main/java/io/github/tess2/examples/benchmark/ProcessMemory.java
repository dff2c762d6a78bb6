package io.github.tess2.examples.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Reads this process's resident memory, native and Java, as Linux accounts for it. */
final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");

  private static final Path MAPS = Path.of("/proc/self/maps");

  /** Written to this file, it resets the peak (proc(5)). */
  private static final String RESET_PEAK = "5";

  private ProcessMemory() {}

  /** Bytes resident now; empty if the system is not Linux. */
  static OptionalLong resident() throws IOException {
    return field("VmRSS:");
  }

  /** The most bytes resident since the start, or since {@link #resetPeak}. */
  static OptionalLong peak() throws IOException {
    return field("VmHWM:");
  }

  /** Resets the peak to the current resident memory. */
  static void resetPeak() throws IOException {
    if (Files.exists(CLEAR_REFS)) {
      Files.writeString(CLEAR_REFS, RESET_PEAK);
    }
  }

  /**
   * Checks that no file of a folder is still mapped, because its pages would count as resident.
   *
   * @throws IOException if a file is still mapped
   */
  static void requireUnmapped(Path folder) throws IOException {
    if (isMapped(folder.toRealPath() + "/")) {
      throw new IOException(
          "files must be unmapped after loading, but are still mapped: " + folder);
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
