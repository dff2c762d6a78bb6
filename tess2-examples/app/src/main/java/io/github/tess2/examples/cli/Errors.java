package io.github.tess2.examples.cli;

import io.github.tess2.Tess2Exception;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Errors as one line on stderr, and their exit codes. */
final class Errors {
  private Errors() {}

  /** Reports a wrong command line. */
  static int usage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    print(command, line(e) + " (see " + name + " --help)");
    return CommandLine.ExitCode.USAGE;
  }

  /** Reports why a command failed. */
  static int failure(Throwable e, CommandLine command, boolean verbose) {
    print(
        command,
        isExpected(e)
            ? line(e)
            : "unexpected " + oneLine(e.toString()) + " (--verbose tells where)");
    if (verbose) {
      e.printStackTrace(command.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** Whether the message is written for a reader, rather than a bug's. */
  private static boolean isExpected(Throwable e) {
    return e.getMessage() != null
        && (e instanceof Tess2Exception
            || e instanceof IllegalArgumentException
            || e instanceof IllegalStateException
            || e instanceof IOException
            || e instanceof UncheckedIOException);
  }

  private static String line(Throwable e) {
    @Nullable String message = e.getMessage();
    return oneLine(message == null ? e.toString() : message);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static void print(CommandLine command, String message) {
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message);
    command.getErr().flush();
  }
}
