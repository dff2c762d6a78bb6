package io.github.tess2.guidance;

import io.github.tess2.PluginException;
import java.util.Locale;
import java.util.function.Supplier;

/** A plugin inside another plugin, possibly third-party code. Its failures name it. */
final class NestedPlugin {
  private final String what;

  /**
   * Creates the part.
   *
   * @param kind the kind of plugin, such as "reward"
   * @param name the name of the plugin
   */
  NestedPlugin(String kind, String name) {
    this.what = String.format(Locale.ROOT, "%s \"%s\"", kind, name);
  }

  /**
   * Runs an action of the plugin.
   *
   * @throws IllegalArgumentException if the plugin throws one, because something does not fit
   * @throws PluginException if the plugin fails in another way
   */
  <T> T call(Supplier<T> action) {
    try {
      return action.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(message(e), e);
    } catch (Throwable e) {
      PluginException.throwIfFatal(e);
      throw new PluginException(message(e), e);
    }
  }

  /** Runs an action like {@link #call}. */
  void run(Runnable action) {
    call(
        () -> {
          action.run();
          return this;
        });
  }

  private String message(Throwable e) {
    return what + ": " + (e.getMessage() == null ? e.toString() : e.getMessage());
  }
}
