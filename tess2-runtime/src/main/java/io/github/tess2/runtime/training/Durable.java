package io.github.tess2.runtime.training;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes that are on the disk when they return. A rename can reach it before the bytes of the files
 * renamed: then a power cut leaves a checkpoint that is there but empty.
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

  /** Has a folder's entries on the disk: which files it holds, and under which names. */
  static void forceFolder(Path folder) throws IOException {
    // Windows opens no folder as a file, and keeps entries in order by itself.
    if (File.separatorChar == '\\') {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
