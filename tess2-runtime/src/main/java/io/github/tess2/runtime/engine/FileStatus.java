package io.github.tess2.runtime.engine;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The owner and permissions of a file, on file systems that identify users by number (Linux,
 * macOS).
 *
 * @param uid the owner
 * @param gid the group
 * @param mode the permission bits, including the sticky bit
 */
record FileStatus(int uid, int gid, int mode) {
  private static final int ROOT = 0;
  private static final int STICKY = 01000;
  private static final int GROUP_WRITE = 020;
  private static final int OTHERS_WRITE = 02;

  /** Reads a file's status. Links are followed unless the options say otherwise. */
  static FileStatus of(Path file, LinkOption... links) throws IOException {
    Map<String, Object> read = Files.readAttributes(file, "unix:uid,gid,mode", links);
    return new FileStatus(number(read, "uid"), number(read, "gid"), number(read, "mode"));
  }

  private static int number(Map<String, Object> read, String name) {
    return (int) requireNonNull(read.get(name), name);
  }

  /**
   * Whether a path's file system identifies users by number. Windows separates users in other ways.
   */
  static boolean isKnown(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  /** Why a library here must not be loaded, as the end of a sentence; empty if it may be. */
  Optional<String> distrust(int me) {
    if (uid != me && uid != ROOT) {
      return Optional.of("belongs to another user");
    }
    return othersWrite() ? Optional.of("can be written by other users") : Optional.empty();
  }

  /** Like {@link #distrust}, for a folder in which only one subfolder, our own, matters. */
  Optional<String> distrustAsParent(int me) {
    // Sticky: others may add files, but cannot rename or delete files that are not theirs.
    return (mode & STICKY) != 0 && (uid == me || uid == ROOT) ? Optional.empty() : distrust(me);
  }

  private boolean othersWrite() {
    // Many systems give every user a private group with the same number.
    boolean groupWrites = (mode & GROUP_WRITE) != 0 && gid != uid && gid != ROOT;
    return groupWrites || (mode & OTHERS_WRITE) != 0;
  }
}
