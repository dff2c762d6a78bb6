package io.github.tess2.runtime.generation;

import com.google.common.base.Throwables;
import io.github.tess2.PluginException;
import io.github.tess2.Tess2Exception;
import io.github.tess2.spi.Plugin;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The common wording of failures of plugins at run time. */
final class Failures {
  private Failures() {}

  /**
   * {@return the failure of a plugin at a step}
   *
   * @param kind the kind of plugin, such as "guidance"
   * @param name the name of the plugin
   * @param step the step, from 1
   * @param cause the exception that it threw
   */
  static PluginException of(String kind, String name, int step, Throwable cause) {
    return of(kind, name, "at step " + step, cause);
  }

  /**
   * {@return the failure of a plugin}
   *
   * @param kind the kind of plugin, such as "guidance"
   * @param name the name of the plugin
   * @param when such as "at step 3" or "in begin()"
   * @param cause the exception that it threw; rethrown if it concerns more than this plugin
   */
  static PluginException of(String kind, String name, String when, Throwable cause) {
    PluginException.throwIfFatal(cause);
    return new PluginException(
        String.format(Locale.ROOT, "%s \"%s\" failed %s: %s", kind, name, when, why(cause)), cause);
  }

  /** {@return a plugin's name for a message, or its class if asking for the name fails} */
  static String nameOf(Plugin plugin) {
    try {
      return plugin.name();
    } catch (Throwable e) {
      PluginException.throwIfFatal(e);
      return plugin.getClass().getName();
    }
  }

  /** {@return a cause in words: its message, or its class} */
  static String why(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /**
   * {@return the first of several failures, with the others as suppressed exceptions}
   *
   * @param first the first failure so far; null if there is none
   * @param next another failure, or the same one
   */
  static Throwable join(@Nullable Throwable first, Throwable next) {
    if (first == null) {
      return next;
    }
    if (first != next) {
      first.addSuppressed(next);
    }
    return first;
  }

  /**
   * Runs an action for each of several objects, even if it fails for one; then throws the first
   * failure.
   */
  static <T> void forEach(Iterable<T> things, Consumer<T> work) {
    Throwable first = null;
    for (T thing : things) {
      try {
        work.accept(thing);
      } catch (Throwable e) {
        first = join(first, e);
      }
    }
    if (first != null) {
      throw unchecked(first);
    }
  }

  /** {@return a failure as an unchecked exception} Throws it if it is an {@link Error}. */
  static RuntimeException unchecked(Throwable failure) {
    Throwables.throwIfUnchecked(failure);
    // A checked exception, from code in a language that does not check them.
    return new Tess2Exception(why(failure), failure);
  }
}
