package io.github.tess2.examples.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks options before any work is done. */
final class OptionChecks {
  private OptionChecks() {}

  /**
   * {@return what {@code options} reads from the options of a command}
   *
   * @throws ParameterException if an option is invalid, which the argument reports with an {@link
   *     IllegalArgumentException}
   */
  static <T> T checked(CommandSpec spec, Supplier<T> options) {
    try {
      return options.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Checks the options of a command.
   *
   * @throws ParameterException if an option is invalid, which the argument reports with an {@link
   *     IllegalArgumentException}
   */
  static void check(CommandSpec spec, Runnable checks) {
    checked(
        spec,
        () -> {
          checks.run();
          return spec;
        });
  }

  /**
   * Checks a number.
   *
   * @throws IllegalArgumentException if it is negative
   */
  static void requireNotNegative(String option, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(option + " must be zero or more, but is: " + value);
    }
  }

  /**
   * Checks a number.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(option + " must be at least 1, but is: " + value);
    }
  }
}
