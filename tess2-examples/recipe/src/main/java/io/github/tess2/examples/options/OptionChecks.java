package io.github.tess2.examples.options;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks options before any work is done. */
public final class OptionChecks {
  private OptionChecks() {}

  /**
   * Reads the options of a command.
   *
   * @param <T> what they are read into
   * @param spec the command
   * @param options reads them
   * @return what was read
   * @throws ParameterException if an option is invalid, which {@code options} reports with an
   *     {@link IllegalArgumentException}
   */
  public static <T> T checked(CommandSpec spec, Supplier<T> options) {
    try {
      return options.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Checks the options of a command.
   *
   * @param spec the command
   * @param checks checks them
   * @throws ParameterException if an option is invalid, which {@code checks} reports with an {@link
   *     IllegalArgumentException}
   */
  public static void check(CommandSpec spec, Runnable checks) {
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
   * @param option the option's name, for the message
   * @param value the number
   * @param least the smallest that is allowed
   * @throws IllegalArgumentException if it is smaller
   */
  public static void requireAtLeast(String option, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          option + " must be at least " + least + ", but is: " + value);
    }
  }
}
