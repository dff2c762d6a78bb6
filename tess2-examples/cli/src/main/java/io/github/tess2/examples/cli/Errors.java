package io.github.tess2.examples.cli;

import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.files.FileProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints errors as one line on stderr, and gives their exit codes. */
final class Errors {
  private Errors() {}

  /** Reports an invalid command line. */
  static int usage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String problem =
        e instanceof UnmatchedArgumentException unmatched
            ? Unmatched.problem(unmatched)
            : oneLine(line(e));
    print(command, problem + " (see " + name + " --help)");
    return CommandLine.ExitCode.USAGE;
  }

  /** Reports why a command failed. */
  static int failure(Throwable e, CommandLine command, boolean verbose) {
    print(
        command,
        isExpected(e)
            ? line(e)
            : "unexpected " + oneLine(e.toString()) + " (--verbose prints the stack trace)");
    if (verbose) {
      e.printStackTrace(command.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** Whether the message is meant for users. If not, the failure is a bug. */
  private static boolean isExpected(Throwable e) {
    return e.getMessage() != null
        && (e instanceof Tess2Exception
            || e instanceof IllegalArgumentException
            || e instanceof IllegalStateException
            || e instanceof IOException
            || e instanceof UncheckedIOException);
  }

  private static String line(Throwable e) {
    if (e instanceof FileSystemException failure && failure.getFile() != null) {
      // The exception's own message is only the path, or the path and the reason.
      return failure.getFile() + ": " + FileProblem.of(failure);
    }
    if (e instanceof UncheckedIOException && e.getCause() instanceof FileSystemException cause) {
      return line(cause);
    }
    @Nullable String message = e.getMessage();
    return oneLine(message == null ? e.toString() : message);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /** Warns on stderr of something that may not be intended. */
  static void note(CommandLine command, String message) {
    print(command, message);
  }

  private static void print(CommandLine command, String message) {
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message);
    command.getErr().flush();
  }
}
