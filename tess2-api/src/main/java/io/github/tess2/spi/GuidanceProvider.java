package io.github.tess2.spi;

/** Makes a {@link Guidance} that is found by name. */
public interface GuidanceProvider extends Provider<Guidance> {
  /**
   * Makes a guidance.
   *
   * @param options a value for each of {@link #options()}
   * @return the guidance; the caller closes it
   * @throws IllegalArgumentException if options do not go together
   */
  @Override
  Guidance create(OptionValues options);
}
