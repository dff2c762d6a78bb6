package io.github.tess2.runtime.engine;

import com.google.common.base.Throwables;

/**
 * Explains why a native library does not load, and what to do if the JVM's message does not say.
 */
public final class NativeFailure {
  private NativeFailure() {}

  /**
   * Explains a failure of DJL to load a library.
   *
   * @param failure the failure as thrown; DJL says only that a library does not load, and the cause
   *     says which one and what is missing
   * @return one or more sentences, without a final full stop
   */
  public static String explain(Throwable failure) {
    Throwable root = Throwables.getRootCause(failure);
    String said = failure + (root == failure ? "" : ": " + root.getMessage());
    if (said.contains("already loaded in another classloader")) {
      return said
          + ". A process loads a native library for only one class loader: put this library's jars"
          + " and DJL's where one class loader serves all applications (docs/deploying.md), and"
          + " restart the process if an application was redeployed";
    }
    if (said.contains("failed to map segment from shared object")) {
      return said
          + ". Its folder must be on a file system that allows loading libraries (not noexec): set "
          + NativeCache.SETTINGS.get(1)
          + " to another folder";
    }
    if (said.contains("No space left on device")) {
      return said
          + ". The native libraries are unpacked into a folder and take 460 MB: free some space, or"
          + " set "
          + NativeCache.SETTINGS.get(1)
          + " to another folder";
    }
    return said;
  }
}
