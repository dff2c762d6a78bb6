package io.github.tess2.spi;

import java.util.List;

/**
 * A plugin that creates objects from the user's options, which are checked and filled in with
 * defaults. Stateless and thread-safe.
 *
 * @param <T> the type that it creates
 */
public interface Provider<T> extends Plugin {
  /** {@return the options that it declares; none by default} */
  default List<Option<?>> options() {
    return List.of();
  }

  /**
   * Creates an instance.
   *
   * @param options a value for each of {@link #options()}
   * @return the instance
   * @throws IllegalArgumentException if the options contradict each other
   */
  T create(OptionValues options);
}
