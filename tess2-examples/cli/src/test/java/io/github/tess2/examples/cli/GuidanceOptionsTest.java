package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guidance from the command line, on the real runtime and one of the oracle's checkpoints. */
class GuidanceOptionsTest {
  private static final Path CHECKPOINTS =
      Path.of("../../tess2-runtime/src/test/resources/golden/checkpoints");
  private static final String WANTED = "reward-function:reward=wanted-words(words=z),iterations=3";

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

  private static Cli.Run run(String command, List<String> more) {
    List<String> arguments = new ArrayList<>();
    arguments.add(command);
    arguments.addAll(
        List.of(
            "--model",
            CHECKPOINTS.resolve("mistral").toString(),
            "--device=cpu",
            "--precision=fp32",
            "--steps=5",
            "--length=12",
            "--seed=1"));
    arguments.addAll(more);
    return run(arguments.toArray(String[]::new));
  }

  private static JsonObject generate(String... more) {
    List<String> all = new ArrayList<>(List.of("--json", "-q", "What is 1 + 2?"));
    all.addAll(List.of(more));
    Cli.Run run = run("generate", all);
    assertThat(run.exit()).as(run.err()).isZero();
    return JsonParser.parseString(run.out()).getAsJsonObject();
  }

  @Test
  void generate_wantedWord_isInTheAnswer() {
    assertThat(generate().get("text").getAsString()).doesNotContain("z");
    assertThat(generate("--guidance", WANTED + ",scale=50").get("text").getAsString())
        .contains("z");
  }

  @Test
  void generate_rewardModel_tellsItsReward() {
    JsonObject guided =
        generate(
            "--guidance",
            "reward-model:scale=2,precision=fp32,path=" + CHECKPOINTS.resolve("reward"));

    assertThat(guided.has("reward")).isTrue();
    assertThat(guided.get("tokenIds")).isNotEqualTo(generate().get("tokenIds"));
  }

  @Test
  void generate_rewardModelOnGpusThatAreNotThere_namesThem() {
    Cli.Run run =
        run("generate", List.of("--guidance", "reward-model:device=cuda:98+99", "What is 1 + 2?"));

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("sees, but is: cuda:98+99 (docs/cuda.md)");
  }

  @Test
  void generate_twoGuidances_applyBoth() {
    String other = "classifier-free:scale=2";

    assertThat(generate("--guidance", WANTED + ",scale=50", "--guidance", other).get("tokenIds"))
        .isNotEqualTo(generate("--guidance", WANTED + ",scale=50").get("tokenIds"))
        .isNotEqualTo(generate("--guidance", other).get("tokenIds"));
  }

  @Test
  void generate_bestOfMore_hasABetterReward() {
    String reward = "similar-to(text=\"What is it?\")";

    double one = generate("--best-of=1", "--best-of-reward", reward).get("reward").getAsDouble();
    double eight = generate("--best-of=8", "--best-of-reward", reward).get("reward").getAsDouble();

    assertThat(eight).isGreaterThan(one);
  }

  @Test
  void stream_guided_showsTheWord() {
    Cli.Run run =
        run("stream", List.of("-q", "--guidance", WANTED + ",scale=50", "What is 1 + 2?"));

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out().lines().reduce((before, last) -> last).orElseThrow()).contains("z");
  }

  @Test
  void evaluate_guided_asksUnderGuidance(@TempDir Path folder) throws Exception {
    Path tasks =
        Files.writeString(
            folder.resolve("tasks.jsonl"),
            """
            {"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"x"}],\
            "task":"arithmetic","id":"1","key":"1"}
            """);
    Path answers = folder.resolve("answers.jsonl");

    Cli.Run run =
        run(
            "evaluate",
            List.of(
                "--tasks",
                tasks.toString(),
                "--answers",
                answers.toString(),
                "--guidance",
                WANTED + ",scale=50"));

    assertThat(run.exit()).as(run.err()).isZero();
    JsonObject answer = JsonParser.parseString(Files.readString(answers)).getAsJsonObject();
    assertThat(answer.get("generated").getAsString()).contains("z");
  }

  @Test
  void generate_unknownGuidance_listsThoseThereAre() {
    Cli.Run run = run("generate", List.of("--guidance=reward-modle", "Hi"));

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err())
        .hasLineCount(1)
        .contains(
            "\"reward-modle\"; there are [best-of, classifier-free, reward-function, reward-model,"
                + " weighted-sum]");
  }

  @Test
  void generate_unknownReward_listsThoseThereAre() {
    Cli.Run run = run("generate", List.of("--guidance=reward-function:reward=brevity", "Hi"));

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1).contains("\"brevity\"; there are [", "wanted-words");
  }

  @Test
  void generate_unknownOption_listsThoseThereAre() {
    assertUsage(
        run("generate", List.of("--guidance=classifier-free:scael=2", "Hi")),
        "guidance \"classifier-free\" has no option \"scael\"; it has: scale: a number, ramp(");
  }

  @Test
  void generate_optionOutOfRange_saysTheRule() {
    assertUsage(
        run("generate", List.of("--guidance=" + WANTED.replace("3", "0"), "Hi")),
        "option \"iterations\" of guidance \"reward-function\" must be a whole number of at least 1"
            + " and at most 1000, but is: 0");
  }

  @Test
  void generate_bestOfNone_saysTheRule() {
    assertUsage(
        run("generate", List.of("--best-of=0", "Hi")),
        "option \"n\" of guidance \"best-of\" must be a whole number of at least 1");
  }

  @Test
  void generate_rewardOfNoBestOf_isAUsageError() {
    assertUsage(
        run("generate", List.of("--best-of-reward=answer-length", "Hi")),
        "--best-of-reward needs --best-of");
  }

  @Test
  void generate_malformedGuidance_saysTheRule() {
    assertUsage(
        run("generate", List.of("--guidance=classifier-free:2", "Hi")),
        "plugin options must be key=value pairs with commas between them, but are: 2");
  }

  private static void assertUsage(Cli.Run run, String message) {
    assertThat(run.err()).startsWith("tess2 generate: " + message).hasLineCount(1);
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void plugins_always_listsNamesAndOptions() {
    Cli.Run run = run("plugins");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Noise schedules (--schedule):\n  linear\n")
        .contains("\n  simplex-ddpm\n")
        .contains("\n  reward-model\n    path: a path, default the reward model that ships")
        .contains("\n  wanted-words\n    words: texts with | between them, required: ")
        // The example plugin of a third party, which is on the class path of this test.
        .contains("\n  no-repeats\n    distance: ", "\n  quadratic\n", "\n  sure-first\n");
  }

  @Test
  void plugins_missingJar_isAUsageError() {
    Cli.Run run = run("plugins", "--plugins=no/such.jar");

    assertThat(run.err())
        .startsWith("tess2: --plugins must exist, but does not: no/such.jar")
        .hasLineCount(1);
    assertThat(run.exit()).isEqualTo(2);
  }
}
