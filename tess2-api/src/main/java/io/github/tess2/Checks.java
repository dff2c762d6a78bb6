package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.github.tess2.spi.Relaxation;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The common wording of range errors: name, rule, value. */
final class Checks {
  private Checks() {}

  static int positive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be greater than zero, but is: " + value);
    }
    return value;
  }

  static int positive(String name, int value, int most) {
    if (positive(name, value) > most) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s must be at most %d, but is: %d", name, most, value));
    }
    return value;
  }

  static double temperature(double value) {
    if (!(value >= Relaxation.LEAST_TEMPERATURE) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "temperature must be finite and at least 1e-6, but is: " + value);
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
    return notBlank(what, value).toLowerCase(Locale.ROOT);
  }

  static String notBlank(String what, String value) {
    requireNonNull(value, what);
    if (PythonSpace.strip(value).isEmpty()) {
      throw new IllegalArgumentException(what + " must not be blank, but is: \"" + value + "\"");
    }
    return value;
  }

  /** Copies a list. Unlike {@link ImmutableList}, names the element that is null. */
  static <T> ImmutableList<T> list(String element, @Nullable List<? extends T> values) {
    requireNonNull(values, element + "s");
    ImmutableList.Builder<T> copy = ImmutableList.builder();
    for (int i = 0; i < values.size(); i++) {
      copy.add(requireNonNull(values.get(i), element + " " + i));
    }
    return copy.build();
  }

  static String text(String what, String value) {
    requireNonNull(value, what);
    if (value.isEmpty()) {
      throw new IllegalArgumentException(what + " must not be empty");
    }
    return value;
  }
}
