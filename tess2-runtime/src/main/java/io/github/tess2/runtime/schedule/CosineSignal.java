package io.github.tess2.runtime.schedule;

/** The signal level that both squared-cosine schedules follow. */
final class CosineSignal {
  /** Keeps β of the first steps from vanishing. */
  private static final double OFFSET = 1e-4;

  private CosineSignal() {}

  /**
   * {@code f(x) = cos²((x + s)/(1 + s) · π/2)} with s = 1e-4.
   *
   * @param x the time, from 0 (all signal) to 1 (none)
   */
  static double at(double x) {
    double cosine = Math.cos((x + OFFSET) / (1 + OFFSET) * Math.PI / 2);
    return cosine * cosine;
  }
}
