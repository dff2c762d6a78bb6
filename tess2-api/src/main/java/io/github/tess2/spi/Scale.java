package io.github.tess2.spi;

/** The strength of a guidance at each step. Immutable. */
@FunctionalInterface
public interface Scale {
  /**
   * {@return the scale at a step; at 0 the guidance is skipped}
   *
   * @param step the step, from 1 to {@code total}
   * @param total the number of steps, T
   */
  double at(int step, int total);

  /**
   * {@return a constant scale}
   *
   * @param scale the scale, finite
   */
  static Scale constant(double scale) {
    return new Scales.Constant(scale);
  }

  /**
   * {@return a scale that changes linearly over the steps}
   *
   * @param first the scale at the first step (the only one if T = 1), finite
   * @param last the scale at the last step, finite
   */
  static Scale ramp(double first, double last) {
    return new Scales.Ramp(first, last);
  }

  /**
   * {@return another scale within a part of the run, 0 elsewhere}
   *
   * @param inside the scale within the window
   * @param from start of the window as a fraction of the run, in [0, 1]
   * @param to end of the window, in [from, 1]
   */
  static Scale window(Scale inside, double from, double to) {
    return new Scales.Window(inside, from, to);
  }

  /**
   * Parses a scale: a number, {@code ramp(first=0,last=2)} or {@code
   * window(scale=2,from=0.2,to=0.8)}, whose inner scale may be any of the three.
   *
   * @param text in the syntax described above
   * @return the scale
   * @throws IllegalArgumentException if the text is none of these
   */
  static Scale parse(String text) {
    return Scales.parse(text);
  }
}
