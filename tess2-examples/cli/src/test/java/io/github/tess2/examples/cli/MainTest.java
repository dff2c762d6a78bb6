package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @RegisterExtension final Cli cli = new Cli();

  @Test
  void tess2_withoutCommand_listsTheCommands() {
    Cli.Run run = cli.run();

    assertThat(run.err())
        .isEqualTo(
            "tess2: a command is missing: [generate, stream, chat, infill, serve, inspect, plugins, train, recipe, curves, data, benchmark, evaluate, baseline, claims] (see tess2 --help)\n");
    assertThat(run.exit()).isEqualTo(2);
  }

  @Test
  void commandLine_argumentsThatNameACommand_buildsThatOneUnderItsOwnName() {
    Set<String> all = Main.commandLine(new Host()).getSubcommands().keySet();

    assertThat(all).hasSize(15);
    assertThat(all)
        .allSatisfy(
            name ->
                assertThat(Main.commandLine(new Host(), name, "--help").getSubcommands())
                    .containsOnlyKeys(name));
  }

  @Test
  void tess2_unknownOption_isOneLine() {
    Cli.Run run = cli.run("generate", "Hi", "--stepz=5");

    assertThat(run.err())
        .isEqualTo(
            "tess2 generate: unknown option: --stepz; did you mean --steps? (see tess2 generate"
                + " --help)\n");
    assertThat(run.exit()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "genrate hi         | tess2: unknown command: genrate; did you mean generate? (see tess2"
            + " --help)",
        "Stream hi          | tess2: unknown command: Stream; did you mean stream? (see tess2"
            + " --help)",
        "hello              | tess2: unknown command: hello; the commands are: generate, stream,"
            + " chat, infill, serve, inspect, plugins, train, recipe, curves, data, benchmark, evaluate, baseline,"
            + " claims (see tess2 --help)",
        "--steps 4          | tess2: unknown option: --steps; it belongs after a command, such as"
            + " generate (see tess2 --help)",
        "generate --modle x | tess2 generate: unknown option: --modle; did you mean --model? (see"
            + " tess2 generate --help)",
        "generate -model x  | tess2 generate: unknown option: -model; did you mean --model? (see"
            + " tess2 generate --help)",
        "generate --nonsense | tess2 generate: unknown option: --nonsense (see tess2 generate --help)",
        "stream What is 8?  | tess2 stream: 3 arguments, but it takes 1; if they are one, quote it:"
            + " \"What is 8?\" (see tess2 stream --help)",
        "plugins x          | tess2 plugins: takes no arguments, but was given: x (see tess2 plugins"
            + " --help)",
        "claims guidence    | tess2 claims: unknown command: guidence; did you mean guidance? (see"
            + " tess2 claims --help)",
      })
  void tess2_wrongArguments_saysWhatWasMeant(String line, String message) {
    Cli.Run run = cli.run(line.strip().split(" "));

    assertThat(run.err()).isEqualTo(message + "\n");
    assertThat(run.exit()).isEqualTo(2);
  }

  @Test
  void generate_promptThatBeginsWithADash_hintsAtTwoDashes() {
    Cli.Run run = cli.run("generate", "-x is 5,\nwhat is x + 1?");

    assertThat(run.err())
        .isEqualTo(
            "tess2 generate: unknown option: -x is 5, what is x + 1?; put -- before a prompt that"
                + " begins with a dash (see tess2 generate --help)\n");
    assertThat(run.exit()).isEqualTo(2);
  }

  @Test
  void generate_oneWordEach_hintsAtQuotes() {
    Cli.Run run = cli.runFake("generate", "What", "is", "2", "+", "2?");

    assertThat(run.err())
        .startsWith(
            "tess2 generate: answering 5 prompts of one word each; if they are one prompt, quote"
                + " it: \"What is 2 + 2?\"\n");
    assertThat(run.exit()).isZero();
  }

  @Test
  void generate_quietOrQuoted_hintsAtNothing() {
    assertThat(cli.runFake("generate", "-q", "two", "words").err()).isEmpty();
    assertThat(cli.runFake("generate", "Hi there", "you").err()).doesNotContain("quote");
    assertThat(cli.runFake("generate", "word").err()).doesNotContain("quote");
  }

  @Test
  void generate_promptBehindTwoDashes_isAPrompt() {
    assertThat(cli.run("generate", "--runtime", "fake", "--", "-5 + 3").out())
        .isEqualTo("-5 + 3\n");
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
        .contains("Exit codes:", "0     success", "1     failure", "2     the command line");
    assertThat(run.exit()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"generate", "evaluate"})
  void help_ofSeed_tellsEachDefault(String command) {
    assertThat(cli.run(command, "--help").out().replaceAll("\\s+", " "))
        .contains(
            "Default: a random one, which generate, infill and stream print; 0 when tasks are"
                + " evaluated.");
  }

  @Test
  void tess2_error_isOneLine() {
    Cli.Run run = cli.runFake("generate", "error");

    assertThat(run.err())
        .isEqualTo(
            "tess2 generate: unexpected java.lang.OutOfMemoryError: Java heap space (--verbose"
                + " prints the stack trace)\n");
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
