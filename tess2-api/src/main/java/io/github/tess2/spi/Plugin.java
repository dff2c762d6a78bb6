package io.github.tess2.spi;

/** What every extension point has: a name it is found by. */
public interface Plugin {
  /**
   * {@return the name this is found by: lower case letters, digits and {@code - _ .}, unique among
   * the plugins of its type}
   */
  String name();
}
