package io.github.tess2.spi;

/** How hard guidance pushes at each step. Immutable. */
@FunctionalInterface
public interface Scale {
  /**
   * {@return the scale at a step; at 0 the guidance is left out}
   *
   * @param step from 1 to {@code total}
   * @param total T
   */
  double at(int step, int total);

  /**
   * {@return the same at every step}
   *
   * @param scale finite
   */
  static Scale constant(double scale) {
    return new Scales.Constant(scale);
  }

  /**
   * {@return along a line over the steps}
   *
   * @param first at the first step (which is the only one where T = 1), finite
   * @param last at the last, finite
   */
  static Scale ramp(double first, double last) {
    return new Scales.Ramp(first, last);
  }

  /**
   * {@return another scale within a window of the run, 0 outside}
   *
   * @param inside what holds within
   * @param from where the window begins, as a part of the run, in [0, 1]
   * @param to where it ends, in [from, 1]
   */
  static Scale window(Scale inside, double from, double to) {
    return new Scales.Window(inside, from, to);
  }

  /**
   * Reads a scale: a number, {@code ramp(first=0,last=2)} or {@code
   * window(scale=2,from=0.2,to=0.8)} where the inner scale may be any of the three.
   *
   * @param text as above
   * @return the scale
   * @throws IllegalArgumentException if it is none of these
   */
  static Scale parse(String text) {
    return Scales.parse(text);
  }
}
