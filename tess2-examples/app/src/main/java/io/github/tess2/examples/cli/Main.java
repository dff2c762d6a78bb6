package io.github.tess2.examples.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line's entry point. */
@Command(
    name = "tess2",
    mixinStandardHelpOptions = true,
    description = "Generates text by simplex diffusion.")
final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
