package io.github.tess2.spi;

import java.util.List;

/**
 * A plugin that makes what is used: with the options that a user gives, checked, or with their
 * defaults. Stateless and thread-safe.
 *
 * @param <T> what it makes
 */
public interface Provider<T> extends Plugin {
  /** {@return the options it takes; none unless overridden} */
  default List<Option<?>> options() {
    return List.of();
  }

  /**
   * Makes it.
   *
   * @param options a value for each of {@link #options()}
   * @return what is used
   * @throws IllegalArgumentException if options do not go together
   */
  T create(OptionValues options);
}
