package io.github.tess2.runtime.engine;

import com.google.common.base.Throwables;

/** Says why a native library does not load, and what to do where the JVM's own words do not. */
public final class NativeFailure {
  private NativeFailure() {}

  /**
   * Explains a failure of DJL to load a library.
   *
   * @param failure as it came; DJL says that a library does not load, and only the cause says which
   *     one, and what it lacks
   * @return a sentence or more, without a full stop
   */
  public static String explain(Throwable failure) {
    Throwable root = Throwables.getRootCause(failure);
    String said = failure + (root == failure ? "" : ": " + root.getMessage());
    if (said.contains("already loaded in another classloader")) {
      return said
          + ". A process loads a native library for one class loader only: put the library's jars"
          + " and DJL's where one class loader serves all applications (docs/deploying.md), and"
          + " restart the process where an application was deployed again";
    }
    if (said.contains("failed to map segment from shared object")) {
      return said
          + ". Its folder must be on a file system that lets libraries be loaded (no noexec): set "
          + NativeCache.SETTINGS.get(1)
          + " to another folder";
    }
    if (said.contains("No space left on device")) {
      return said
          + ". The native libraries are unpacked into a folder, and take 460 MB: make room, or set "
          + NativeCache.SETTINGS.get(1)
          + " to another folder";
    }
    return said;
  }
}
