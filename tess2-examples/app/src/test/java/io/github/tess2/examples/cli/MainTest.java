package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @RegisterExtension final Cli cli = new Cli();

  @Test
  void tess2_withoutCommand_listsTheCommands() {
    Cli.Run run = cli.run();

    assertThat(run.err())
        .isEqualTo(
            "tess2: a command is missing: [generate, stream, inspect, plugins, train, recipe, curves, data, benchmark, evaluate, baseline, claims] (see tess2 --help)\n");
    assertThat(run.exit()).isEqualTo(2);
  }

  @Test
  void tess2_unknownOption_isOneLine() {
    Cli.Run run = cli.run("generate", "Hi", "--stepz=5");

    assertThat(run.err())
        .isEqualTo("tess2 generate: Unknown option: '--stepz=5' (see tess2 generate --help)\n");
    assertThat(run.exit()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generate",
        "stream",
        "inspect",
        "plugins",
        "claims",
        "train",
        "recipe",
        "curves",
        "data",
        "benchmark"
      })
  void help_ofEveryCommand_tellsTheExitCodes(String command) {
    Cli.Run run = cli.run(command, "--help");

    assertThat(run.out())
        .startsWith("Usage: tess2 " + command + " ")
        .contains(
            "Exit codes:", "0     all went well", "1     it failed", "2     the command line");
    assertThat(run.exit()).isZero();
  }

  @Test
  void tess2_error_isOneLine() {
    Cli.Run run = cli.runFake("generate", "error");

    assertThat(run.err())
        .isEqualTo(
            "tess2 generate: unexpected java.lang.OutOfMemoryError: Java heap space (--verbose"
                + " tells where)\n");
    assertThat(run.exit()).isEqualTo(1);
  }

  @Test
  void tess2_errorVerbose_hasTheStackTrace() {
    assertThat(cli.runFake("generate", "error", "--verbose").err())
        .startsWith("tess2 generate: unexpected java.lang.OutOfMemoryError")
        .contains("at io.github.tess2.examples.cli.FakeRuntime");
  }

  @Test
  void version_notPackaged_saysSo() {
    assertThat(cli.run("--version").out()).isEqualTo("tess2 (not packaged)\n");
  }

  @Test
  void benchmark_malformedMeasurement_isNamedByFileAndLine(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("m.jsonl"), "\n{\"pipeline\": 1\n");

    Cli.Run run = cli.run("benchmark", "table", file.toString());

    assertThat(run.err())
        .isEqualTo(
            "tess2 benchmark table: "
                + file
                + ":2: must be a measurement, but is: {\"pipeline\": 1\n");
    assertThat(run.exit()).isEqualTo(1);
  }
}
