package io.github.tess2.runtime.checkpoint;

import java.util.Locale;

/** Checks values, with one form of message: the name, the rule and the value. */
final class Require {
  private Require() {}

  /**
   * Checks a rule.
   *
   * @param holds whether the value satisfies it
   * @param name the name of the value
   * @param rule such as "must be even"
   * @throws IllegalArgumentException if it does not
   */
  static void that(boolean holds, String name, String rule, Object value) {
    if (!holds) {
      throw wrong(name, rule, value);
    }
  }

  /** Checks that a whole number is in a range, including its ends. */
  static void range(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw wrong(name, "must be from " + least + " to " + most, value);
    }
  }

  /** Checks that a number is in a range, including its ends. */
  static void range(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw wrong(name, "must be from " + least + " to " + most, value);
    }
  }

  /** Checks that a whole number is greater than zero. */
  static void positive(String name, long value) {
    that(value > 0, name, "must be greater than zero", value);
  }

  /** Checks that a number is greater than zero. */
  static void positive(String name, double value) {
    that(value > 0, name, "must be greater than zero", value);
  }

  private static IllegalArgumentException wrong(String name, String rule, Object value) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "%s %s, but is: %s", name, rule, value));
  }
}
