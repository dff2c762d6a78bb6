package io.github.tess2.guidance;

import io.github.tess2.PluginException;
import java.util.Locale;
import java.util.function.Supplier;

/** A plugin within another, which may be a third party's: its failures say which one it was. */
final class Part {
  private final String what;

  /**
   * Names it.
   *
   * @param kind such as "reward"
   * @param name of the plugin
   */
  Part(String kind, String name) {
    this.what = String.format(Locale.ROOT, "%s \"%s\"", kind, name);
  }

  /**
   * Has the plugin do something.
   *
   * @throws IllegalArgumentException if it throws one: something does not fit
   * @throws PluginException if it fails otherwise
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

  /** As {@link #call}. */
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
