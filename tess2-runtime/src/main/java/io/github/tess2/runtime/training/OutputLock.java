package io.github.tess2.runtime.training;

import io.github.tess2.Tess2Exception;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one run at a time write to an output folder. The operating system holds the lock, on a file
 * {@value #FILE} in the folder, and releases it when the process ends in any way. The file is
 * deleted when the run ends; one that a killed run has left blocks nothing.
 */
final class OutputLock implements AutoCloseable {
  static final String FILE = "run.lock";

  private static final Logger LOG = LoggerFactory.getLogger(OutputLock.class);

  /**
   * The folders that runs of this process write to. The operating system's lock belongs to the
   * whole process, which loses it as soon as any of its channels to the file is closed. So a second
   * run in one JVM must be refused before it opens the file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /** How often the file may disappear, because a run ends, between being found and being locked. */
  private static final int MOST_TRIES = 100;

  private final Path folder;
  private final boolean created;
  private final @Nullable FileChannel channel;

  private OutputLock(Path folder, boolean created, @Nullable FileChannel channel) {
    this.folder = folder;
    this.created = created;
    this.channel = channel;
  }

  /**
   * Creates the folder if it is missing, and locks it. If the file system has no locks, a warning
   * is logged, and only runs in this process are kept apart.
   *
   * @throws Tess2Exception if another run has the lock, or the folder cannot be written to
   */
  static OutputLock acquire(Path output) {
    try {
      if (Files.exists(output) && !Files.isDirectory(output)) {
        throw new Tess2Exception("output must be a folder, but is a file: " + output);
      }
      boolean created = Files.notExists(output);
      Files.createDirectories(output);
      Path folder = output.toRealPath();
      if (!HELD.add(folder)) {
        throw inUse(output);
      }
      try {
        return new OutputLock(folder, created, lock(output, folder.resolve(FILE)));
      } catch (IOException | RuntimeException e) {
        HELD.remove(folder);
        throw e;
      }
    } catch (IOException e) {
      throw new Tess2Exception(
          "the output folder cannot be written to: " + output + " (" + e + ")", e);
    }
  }

  private static Tess2Exception inUse(Path output) {
    return new Tess2Exception(
        String.format(
            Locale.ROOT,
            "an output folder must be used by one run at a time, but another run is writing to: %s",
            output));
  }

  /** The channel that holds the lock; null if there are no locks. */
  private static @Nullable FileChannel lock(Path output, Path file) throws IOException {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      try {
        create(file);
        @Nullable Object before = key(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        if (!locked(output, channel)) {
          channel.close();
          return null;
        }
        // A run that ended in between may have deleted the locked file; then the lock would exclude
        // nobody.
        if (Files.exists(file) && Objects.equals(before, key(file))) {
          return channel;
        }
        channel.close();
      } catch (NoSuchFileException e) {
        // Also deleted in between. A file that is missing for another reason is missing the next
        // time too.
        if (tries == MOST_TRIES - 1) {
          throw e;
        }
      }
    }
    throw inUse(output);
  }

  private static void create(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      // The file belongs to another run or was left by one. What matters is whether its lock is
      // free.
      LOG.trace("{} already exists", file, e);
    }
  }

  /** A key that distinguishes two files with the same name, if the file system has one. */
  private static @Nullable Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** Whether the lock is now held; false if the file system has no locks. */
  private static boolean locked(Path output, FileChannel channel) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // A copy of this class in another class loader holds it, and closing the channel would
      // release
      // its lock.
      throw inUse(output);
    } catch (IOException e) {
      LOG.warn(
          "The file system of {} has no locks ({}). Make sure that no other process trains into this"
              + " folder.",
          output,
          e.getMessage());
      return false;
    }
    if (lock == null) {
      channel.close();
      throw inUse(output);
    }
    return true;
  }

  /** The locked folder. */
  Path folder() {
    return folder;
  }

  /** Releases the lock and deletes its file. */
  @Override
  public void close() {
    try {
      // The file first, then the lock: in the opposite order the file could already belong to
      // another run.
      Files.deleteIfExists(folder.resolve(FILE));
      if (channel != null) {
        channel.close();
      }
      if (created && isEmpty()) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new Tess2Exception(
          "the output folder's lock cannot be released: " + folder + " (" + e + ")", e);
    } finally {
      HELD.remove(folder);
    }
  }

  private boolean isEmpty() throws IOException {
    try (var entries = Files.newDirectoryStream(folder)) {
      return !entries.iterator().hasNext();
    }
  }
}
