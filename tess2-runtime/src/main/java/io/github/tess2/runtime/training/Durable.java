package io.github.tess2.runtime.training;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes that are on disk when they return. Otherwise a rename may reach the disk before the bytes
 * of the renamed files, and a power cut would leave an empty checkpoint.
 */
final class Durable {
  private Durable() {}

  /** Writes a new file. */
  static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  /** Forces a folder's entries, the names of its files, to disk. */
  static void forceFolder(Path folder) throws IOException {
    // Windows cannot open a folder as a file, and keeps entries in order by itself.
    if (File.separatorChar == '\\') {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
