package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Runs the commands on the real runtime, with one of the oracle's checkpoints of random weights.
 */
class EndToEndTest {
  private static final String MODEL =
      Path.of("../../tess2-runtime/src/test/resources/golden/checkpoints/mistral").toString();

  private static Cli.Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        Main.commandLine(new Host())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Cli.Run(exit, out.toString(), err.toString());
  }

  private static JsonObject generate(String... more) {
    String[] arguments = {
      "generate",
      "--json",
      "--model",
      MODEL,
      "--device=cpu",
      "--precision=fp32",
      "--steps=5",
      "--length=8",
      "--seed=7",
      "What is 2 + 3?"
    };
    Cli.Run run = run(concat(arguments, more));
    assertThat(run.exit()).as(run.err()).isZero();
    return JsonParser.parseString(run.out()).getAsJsonObject();
  }

  private static String[] concat(String[] first, String... second) {
    return Stream.concat(List.of(first).stream(), List.of(second).stream()).toArray(String[]::new);
  }

  @Test
  void generate_sameSeed_givesTheSameTokens() {
    JsonObject first = generate();

    assertThat(first.get("steps").getAsInt()).isEqualTo(5);
    assertThat(first.get("seed").getAsLong()).isEqualTo(7);
    assertThat(generate().get("tokenIds")).isEqualTo(first.get("tokenIds"));
    assertThat(generate().get("text")).isEqualTo(first.get("text"));
  }

  @Test
  void generate_otherSampler_givesOtherTokens() {
    assertThat(generate("--sampler=simplex-ddim").get("tokenIds"))
        .isNotEqualTo(generate().get("tokenIds"));
  }

  @Test
  void generate_infill_keepsTheTextAroundTheBlanks() {
    Cli.Run run =
        run("generate", "--model", MODEL, "--steps=3", "--infill", "one __ three ___ five");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).matches("(?s)one .* three .* five\\R");
  }

  @Test
  void generate_severalPrompts_givesALineOfJsonForEach() {
    Cli.Run run =
        run("generate", "--json", "-q", "--model", MODEL, "--steps=2", "--length=4", "a", "b", "c");

    assertThat(run.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()))
        .extracting(line -> line.get("prompt").getAsString())
        .containsExactly("a", "b", "c");
  }

  @Test
  void stream_prompt_showsEachStep() {
    Cli.Run run = run("stream", "--model", MODEL, "--steps=3", "--length=4", "--seed=7", "Hi");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .map(line -> line.substring(0, "step 1/3".length()))
        .containsExactly("step 1/3", "step 2/3", "step 3/3");
  }

  @Test
  void generate_promptTooLong_isOneLine() {
    Cli.Run run =
        run("generate", "--model", MODEL, "--length=60", "a long prompt: " + "x".repeat(99));

    assertFails(run);
    assertThat(run.err()).contains("64");
  }

  @Test
  void generate_unknownSchedule_listsThoseThereAre() {
    Cli.Run run = run("generate", "--model", MODEL, "--schedule=cosine", "Hi");

    assertFails(run);
    assertThat(run.err()).contains("\"cosine\"", "squaredcos_improved_ddpm");
  }

  @Test
  void generate_damagedModel_isOneLine() {
    Cli.Run run = run("generate", "--model", "src", "Hi");

    assertFails(run);
    assertThat(run.err()).contains("config.json");
  }

  private static void assertFails(Cli.Run run) {
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tess2 generate: ").hasLineCount(1);
  }
}
