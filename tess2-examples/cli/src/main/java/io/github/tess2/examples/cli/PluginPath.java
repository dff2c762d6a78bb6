package io.github.tess2.examples.cli;

import com.google.common.base.Splitter;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Jars of plugins for the runnable jar, which does not use a class path. They become part of the
 * thread's context class loader, where plugins are looked up.
 */
final class PluginPath {
  private PluginPath() {}

  /**
   * Lets plugin lookups on this thread find the plugins in some jars.
   *
   * @param path jars or folders of classes, separated as in a class path
   * @throws IllegalArgumentException if one does not exist
   */
  static void install(String path) {
    List<URL> urls = new ArrayList<>();
    for (String entry : Splitter.on(File.pathSeparatorChar).omitEmptyStrings().split(path)) {
      Path file = Path.of(entry);
      if (!Files.exists(file)) {
        throw new IllegalArgumentException("--plugins must exist, but does not: " + entry);
      }
      try {
        urls.add(file.toUri().toURL());
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException("--plugins must be files, but is: " + entry, e);
      }
    }
    Thread thread = Thread.currentThread();
    ClassLoader parent =
        thread.getContextClassLoader() == null
            ? PluginPath.class.getClassLoader()
            : thread.getContextClassLoader();
    // Never closed, because a plugin may load classes until the process ends.
    thread.setContextClassLoader(new URLClassLoader(urls.toArray(URL[]::new), parent));
  }
}
