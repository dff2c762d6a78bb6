package io.github.tess2.spi;

/** Creates a {@link Guidance} selected by name. */
public interface GuidanceProvider extends Provider<Guidance> {
  /**
   * Creates a guidance.
   *
   * @param options a value for each of {@link #options()}
   * @return the guidance; the caller closes it
   * @throws IllegalArgumentException if the options contradict each other
   */
  @Override
  Guidance create(OptionValues options);
}
