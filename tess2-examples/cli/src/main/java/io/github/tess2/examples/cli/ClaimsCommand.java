package io.github.tess2.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the figures in docs/claims.md. */
@Command(name = "claims", description = "Measures what the documentation claims.")
final class ClaimsCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  ClaimsCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing: " + spec.subcommands().keySet());
  }
}
