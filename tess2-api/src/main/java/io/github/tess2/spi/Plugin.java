package io.github.tess2.spi;

/** The common interface of all extension points: a plugin has a name. */
public interface Plugin {
  /**
   * {@return the plugin's name: lower case letters, digits and {@code - _ .}, unique among plugins
   * of the same type}
   */
  String name();
}
