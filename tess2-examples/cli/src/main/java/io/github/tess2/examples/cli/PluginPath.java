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
 * Jars of plugins, for the runnable jar, which cannot be started with a class path beside it. They
 * become part of the thread's context class loader, where plugins are looked up.
 */
final class PluginPath {
  private PluginPath() {}

  /**
   * Has the plugins in some jars be found on this thread.
   *
   * @param path jars or folders of classes, separated as in a class path
   * @throws IllegalArgumentException if one is not there
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
    // Never closed: a plugin may load classes of its own until the process ends.
    thread.setContextClassLoader(new URLClassLoader(urls.toArray(URL[]::new), parent));
  }
}
