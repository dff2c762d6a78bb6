package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import io.github.tess2.training.FreshModel;
import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener;
import io.github.tess2.training.TrainingResult;
import io.github.tess2.training.TrainingStage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs a small measurement end to end, with one of the oracle's checkpoints and a reward model that
 * this test trains for a few steps.
 */
class GuidanceClaimCommandTest {
  private static final Path MODEL =
      Path.of("../../tess2-runtime/src/test/resources/golden/checkpoints/mistral");

  @TempDir static Path made;
  @TempDir Path folder;

  private static Path reward;
  private static Path tasks;

  @BeforeAll
  static void trainRewardModel() throws IOException {
    StringBuilder pairs = new StringBuilder();
    StringBuilder items = new StringBuilder();
    for (int i = 1; i <= 8; i++) {
      pairs.append(pair("What is %d + 1?".formatted(i), Integer.toString(i + 1), "no"));
      items.append(task(i, "What is %d + 1?".formatted(i), Integer.toString(i + 1)));
    }
    Path preferences = Files.writeString(made.resolve("preferences.jsonl"), pairs);
    tasks = Files.writeString(made.resolve("tasks.jsonl"), items);
    TrainingResult trained =
        Trainer.train(
            TrainingConfig.builder(TrainingStage.REWARD)
                .fresh(
                    FreshModel.builder(MODEL)
                        .hiddenSize(16)
                        .layers(2)
                        .heads(2)
                        .keyValueHeads(1)
                        .headDimension(8)
                        .intermediateSize(32)
                        .maxLength(64)
                        .build())
                .data(preferences)
                .output(made.resolve("training"))
                .steps(4)
                .batchSize(4)
                .sequenceLength(48)
                .precision(Precision.FP32)
                .device(ComputeDevice.CPU)
                .seed(3)
                .build(),
            progress -> TrainingListener.Signal.CONTINUE);
    reward = trained.checkpoint();
  }

  private static String pair(String prompt, String good, String bad) {
    String chat =
        "[{\"role\":\"user\",\"content\":\"%s\"},{\"role\":\"assistant\",\"content\":\"%s\"}]";
    return "{\"chosen\":%s,\"rejected\":%s}\n"
        .formatted(chat.formatted(prompt, good), chat.formatted(prompt, bad));
  }

  private static String task(int id, String prompt, String answer) {
    return """
        {"messages":[{"role":"user","content":"%s"},{"role":"assistant","content":"%s"}],\
        "task":"arithmetic","id":"%d","key":"%d"}
        """
        .formatted(prompt, answer, id, id);
  }

  private Cli.Run run(BooleanSupplier interrupted, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "claims",
                "guidance",
                folder.toString(),
                "--tasks",
                tasks.toString(),
                "--model",
                MODEL.toString(),
                "--reward",
                reward.toString(),
                "--device=cpu",
                "--precision=fp32",
                "--seeds=1,2",
                "--scales=0,40",
                "--candidates=2",
                "--word-scales=0,80",
                "--words=z,7",
                "--limit=3",
                "--length=8",
                "--batch-size=4"));
    arguments.addAll(List.of(more));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Host host =
        new Host() {
          @Override
          boolean errIsTerminal() {
            return false;
          }

          @Override
          <T> T interruptibly(InterruptibleWork<T> work) {
            return work.run(interrupted);
          }
        };
    int exit =
        Main.commandLine(host)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments.toArray(String[]::new));
    return new Cli.Run(exit, out.toString(), err.toString());
  }

  private Cli.Run run() {
    return run(() -> false, "--steps=4");
  }

  private List<JsonObject> answers() throws IOException {
    return Files.readAllLines(folder.resolve("answers.jsonl")).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
  }

  /** The answers without their times. */
  private Set<JsonObject> timeless() throws IOException {
    Set<JsonObject> all = new HashSet<>();
    for (JsonObject answer : answers()) {
      answer.remove("seconds");
      all.add(answer);
    }
    return all;
  }

  private static double meanReward(List<JsonObject> answers, String experiment, double scale) {
    return answers.stream()
        .filter(
            answer ->
                answer.getAsJsonObject("setting").get("experiment").getAsString().equals(experiment)
                    && answer.getAsJsonObject("setting").get("scale").getAsDouble() == scale)
        .mapToDouble(answer -> answer.get("reward").getAsDouble())
        .average()
        .orElseThrow();
  }

  @Test
  void guidance_allExperiments_answersEachTaskInEachSettingForEachSeed() throws IOException {
    Cli.Run run = run();

    assertThat(run.exit()).as(run.err()).isZero();
    // Scales 0 and 40, best of 2 and of the number that costs as much as guidance, words at 0 and
    // 80.
    int settings = (int) answers().stream().map(one -> one.get("setting")).distinct().count();
    assertThat(settings).isBetween(5, 6);
    assertThat(timeless()).hasSize(settings * 2 * 3);
    assertThat(run.out())
        .isEqualTo(Files.readString(folder.resolve("guidance.md")))
        .contains("| scale | mean reward | right | tokens an answer |\n|---|---|---|---|\n| 0 | ")
        .contains("| best of 2 | 8 | 0 | 2 | ", "| scale 40 | 4 | 4 | 0 | ")
        .contains("### A wanted word", "### The same questions at each scale")
        .contains("2 seeds");
    for (String plot : List.of("scale", "cost", "word")) {
      assertThat(Files.readAllBytes(folder.resolve("guidance-" + plot + ".png")))
          .startsWith(0x89, 'P', 'N', 'G');
    }
  }

  @Test
  void guidance_reportThatCannotBeWritten_leavesTheOneBefore() throws IOException {
    Path report = Files.writeString(folder.resolve("guidance.md"), "the one before");
    Files.createDirectory(folder.resolve("guidance.md.part"));
    Files.writeString(folder.resolve("guidance.md.part/taken"), "");

    Cli.Run run = run(() -> false, "--steps=4", "--experiments=word");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(report).hasContent("the one before");
  }

  @Test
  void guidance_climbed_raisesTheRewardThatIsMeasured() throws IOException {
    run(() -> false, "--steps=4", "--experiments=scale", "--scales=0,200");

    assertThat(meanReward(answers(), "SCALE", 200))
        .isGreaterThan(meanReward(answers(), "SCALE", 0));
  }

  @Test
  void guidance_wordWanted_isSaidMoreOften() throws IOException {
    run(() -> false, "--steps=4", "--experiments=word");

    assertThat(answers())
        .filteredOn(answer -> answer.getAsJsonObject("setting").get("scale").getAsDouble() == 0)
        .noneMatch(answer -> answer.get("hasWord").getAsBoolean());
    assertThat(answers())
        .filteredOn(answer -> answer.getAsJsonObject("setting").get("scale").getAsDouble() == 80)
        .anyMatch(answer -> answer.get("hasWord").getAsBoolean())
        .allMatch(answer -> !answer.has("reward"));
  }

  @Test
  void guidance_startedAgain_asksNothing() throws IOException {
    run();
    byte[] before = Files.readAllBytes(folder.resolve("answers.jsonl"));

    Cli.Run again = run();

    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(Files.readAllBytes(folder.resolve("answers.jsonl"))).isEqualTo(before);
  }

  @Test
  void guidance_interruptedAndCutWithinALine_continuesToTheSameAnswers() throws IOException {
    run();
    Set<JsonObject> whole = timeless();
    Path file = folder.resolve("answers.jsonl");
    Files.delete(file);

    Cli.Run first = run(() -> true, "--steps=4");
    assertThat(first.exit()).isEqualTo(130);
    assertThat(answers()).hasSizeBetween(1, 4);
    String lines = Files.readString(file);
    Files.writeString(file, lines.substring(0, lines.length() - 20));
    Cli.Run second = run();

    assertThat(second.exit()).as(second.err()).isZero();
    assertThat(timeless()).isEqualTo(whole);
    assertThat(answers()).hasSameSizeAs(whole);
  }

  @Test
  void guidance_otherSettingsInTheFolder_isRefused() {
    run(() -> false, "--steps=4", "--experiments=word");

    Cli.Run other = run(() -> false, "--steps=5", "--experiments=word");

    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err())
        .contains("must hold answers of the same settings", "\"steps\":4", "\"steps\":5")
        .hasLineCount(1);
  }

  @Test
  void guidance_optionOutOfRange_isAUsageError() {
    Cli.Run run = run(() -> false, "--steps=0");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).startsWith("tess2 claims guidance: --steps must be at least 1");
  }

  @Test
  void claims_withoutWhich_listsThem() {
    StringWriter err = new StringWriter();

    int exit = Main.commandLine(new Host()).setErr(new PrintWriter(err, true)).execute("claims");

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).startsWith("tess2 claims: a command is missing: [guidance]");
  }

  @Test
  void guidance_fromTheLastStepsOn_takesFewerGradients() throws IOException {
    Cli.Run run =
        run(() -> false, "--experiments=scale", "--scales=0,40", "--from=0,0.5", "--steps=10");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("| 0 | ").contains("| 40 | ").contains("| 40 from 0.5 | ");
    assertThat(Files.readString(folder.resolve("answers.jsonl")))
        .contains("\"gradients\":10")
        .contains("\"gradients\":5");
  }

  @Test
  void guidance_fromBehindTheRun_isRefused() {
    Cli.Run run = run(() -> false, "--from=1");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("--from must be in [0, 1), but is: 1.0");
  }
}
