package io.github.tess2.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Finds the files that are mapped into this process, as Linux reports them. */
public final class MappedFiles {
  private static final Path MAPS = Path.of("/proc/self/maps");

  private MappedFiles() {}

  /** Whether any file of a folder is mapped. */
  public static boolean in(Path folder) {
    Assumptions.assumeTrue(Files.isReadable(MAPS), "only Linux lists mapped files");
    try {
      String prefix = folder.toRealPath() + "/";
      return Files.readAllLines(MAPS).stream().anyMatch(line -> line.contains(prefix));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
