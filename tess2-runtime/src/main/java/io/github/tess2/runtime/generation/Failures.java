package io.github.tess2.runtime.generation;

import io.github.tess2.PluginException;

/** The one wording of a plugin's failure while it ran. */
final class Failures {
  private Failures() {}

  /**
   * {@return the failure of a plugin at a step}
   *
   * @param kind of plugin, such as "guidance"
   * @param name of the plugin
   * @param step from 1
   * @param cause what it threw
   */
  static PluginException of(String kind, String name, int step, Throwable cause) {
    String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new PluginException(
        "%s \"%s\" failed at step %d: %s".formatted(kind, name, step, why), cause);
  }
}
