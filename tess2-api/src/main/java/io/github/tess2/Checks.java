package io.github.tess2;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/** The one wording of range errors: name, rule, value. */
final class Checks {
  private Checks() {}

  static int positive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be greater than zero, but is: " + value);
    }
    return value;
  }

  static double temperature(double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "temperature must be finite and greater than zero, but is: " + value);
    }
    return value;
  }

  static double topP(double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "topP must be greater than zero and at most one, but is: " + value);
    }
    return value;
  }

  static String name(String what, String value) {
    requireNonNull(value, what);
    if (value.isBlank()) {
      throw new IllegalArgumentException(what + " must not be blank, but is: \"" + value + "\"");
    }
    return value.toLowerCase(Locale.ROOT);
  }

  static String text(String what, String value) {
    requireNonNull(value, what);
    if (value.isEmpty()) {
      throw new IllegalArgumentException(what + " must not be empty");
    }
    return value;
  }
}
