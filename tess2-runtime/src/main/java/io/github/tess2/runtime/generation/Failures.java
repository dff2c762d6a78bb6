package io.github.tess2.runtime.generation;

import io.github.tess2.PluginException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
    return of(kind, name, "at step " + step, cause);
  }

  /**
   * {@return the failure of a plugin}
   *
   * @param kind of plugin, such as "guidance"
   * @param name of the plugin
   * @param when such as "at step 3"
   * @param cause what it threw
   */
  static PluginException of(String kind, String name, String when, Throwable cause) {
    return new PluginException(
        "%s \"%s\" failed %s: %s".formatted(kind, name, when, why(cause)), cause);
  }

  /** {@return a cause in words: its message, or what it is} */
  static String why(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /**
   * {@return the first of several failures, the others suppressed in it}
   *
   * @param first so far, null where there is none
   * @param next another, or the same once more
   */
  static RuntimeException join(@Nullable RuntimeException first, RuntimeException next) {
    if (first == null) {
      return next;
    }
    if (first != next) {
      first.addSuppressed(next);
    }
    return first;
  }

  /**
   * Does something with each of some things, even where that fails for one; then throws the first
   * failure.
   */
  static <T> void forEach(Iterable<T> things, Consumer<T> work) {
    RuntimeException first = null;
    for (T thing : things) {
      try {
        work.accept(thing);
      } catch (RuntimeException e) {
        first = join(first, e);
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
