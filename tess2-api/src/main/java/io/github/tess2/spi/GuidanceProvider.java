package io.github.tess2.spi;

import java.util.List;

/** Makes a {@link Guidance} that is found by name. */
public interface GuidanceProvider extends Plugin {
  /** {@return the options it takes; none unless overridden} */
  default List<Option<?>> options() {
    return List.of();
  }

  /**
   * Makes a guidance.
   *
   * @param options a value for each of {@link #options()}
   * @return the guidance; the caller closes it
   * @throws IllegalArgumentException if options do not go together
   */
  Guidance create(OptionValues options);
}
