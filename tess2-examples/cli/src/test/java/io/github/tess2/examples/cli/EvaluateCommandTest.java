package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The fake runtime answers a chat with its prompt, so a task is answered correctly if its answer is
 * its prompt.
 */
class EvaluateCommandTest {
  @RegisterExtension final Cli cli = new Cli();
  @TempDir Path folder;
  private Path tasks;
  private Path infill;

  @BeforeEach
  void writeFiles() throws IOException {
    tasks =
        Files.writeString(
            folder.resolve("tasks.jsonl"),
            task("0", "arithmetic", "7", "7")
                + task("1", "arithmetic", "8", "9")
                + task("2", "spell-backwards", "otto", "otto"));
    infill =
        Files.writeString(
            folder.resolve("infill.jsonl"),
            "{\"id\":\"a\",\"kind\":\"fact\",\"key\":\"k\",\"before\":\"Ice is\",\"blank\":\" cold\","
                + "\"after\":\".\"}\n");
  }

  private static String task(String id, String task, String prompt, String answer) {
    return """
        {"messages":[{"role":"user","content":"%s"},{"role":"assistant","content":"%s"}],\
        "task":"%s","id":"%s","key":"%s"}
        """
        .formatted(prompt, answer, task, id, id);
  }

  @Test
  void evaluate_tasks_hasARowForEachAndForAll() {
    assertThat(cli.runFake("evaluate", "--tasks", tasks.toString(), "--steps=3").out())
        .isEqualTo(
            """
            | task | of | 3 steps |
            |---|---|---|
            | arithmetic | 2 | 50.0 % |
            | spell-backwards | 1 | 100.0 % |
            | all | 3 | 66.7 % |

            """);
  }

  @Test
  void evaluate_sweep_hasAColumnForEachNumberOfSteps() {
    assertThat(cli.runFake("evaluate", "--tasks", tasks.toString(), "--sweep=1,4").out())
        .startsWith("| task | of | 1 step | 4 steps |\n|---|---|---|---|\n")
        .contains("| all | 3 | 66.7 % | 66.7 % |\n");
  }

  @Test
  void evaluate_plot_isAPictureOfTheSweep() throws IOException {
    Path plot = folder.resolve("plot.png");

    cli.runFake("evaluate", "--tasks", tasks.toString(), "--sweep=1,4", "--plot", plot.toString());

    BufferedImage picture = ImageIO.read(plot.toFile());
    assertThat(picture.getWidth()).isEqualTo(800);
    assertThat(IntStream.range(0, 800).mapToObj(x -> picture.getRGB(x, 250)).distinct())
        .as("colors of one line")
        .hasSizeGreaterThan(2);
  }

  @Test
  void evaluate_plotThatIsNoPng_isRefused() {
    assertThat(cli.runFake("evaluate", "--tasks", tasks.toString(), "--plot=x.svg").err())
        .contains("--plot must end in .png, but is: x.svg");
  }

  @Test
  void evaluate_limit_asksTheFirstOnly() {
    assertThat(cli.runFake("evaluate", "--tasks", tasks.toString(), "--limit=1").out())
        .contains("| all | 1 | 100.0 % |");
  }

  @Test
  void evaluate_infill_isAskedWithAndWithoutWhatFollows() {
    Cli.Run run = cli.runFake("evaluate", "--infill", infill.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .isEqualTo(
            """
            | infill | of | 100 steps | 100 steps, right side cut |
            |---|---|---|---|
            | fact | 1 | 100.0 % | 0.0 % |
            | all | 1 | 100.0 % | 0.0 % |

            """);
  }

  @Test
  void evaluate_json_holdsCountsOfEachGroup() {
    String out = cli.runFake("evaluate", "--tasks", tasks.toString(), "--steps=2", "--json").out();

    JsonObject run =
        JsonParser.parseString(out)
            .getAsJsonObject()
            .getAsJsonArray("tasks")
            .get(0)
            .getAsJsonObject();
    assertThat(run.get("steps").getAsInt()).isEqualTo(2);
    assertThat(run.get("right").getAsInt()).isEqualTo(2);
    assertThat(run.get("of").getAsInt()).isEqualTo(3);
    assertThat(run.getAsJsonObject("groups").getAsJsonObject("arithmetic").toString())
        .isEqualTo("{\"right\":1,\"of\":2,\"accuracy\":0.5}");
  }

  @Test
  void evaluate_answers_areAllWritten() throws IOException {
    Path answers = folder.resolve("answers.jsonl");

    cli.runFake("evaluate", "--tasks", tasks.toString(), "--answers", answers.toString());

    assertThat(Files.readAllLines(answers))
        .hasSize(3)
        .element(1)
        .isEqualTo(
            "{\"set\":\"tasks\",\"id\":\"1\",\"group\":\"arithmetic\",\"steps\":100,"
                + "\"expected\":\"9\",\"generated\":\"8\",\"right\":false}");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only there is a file that is always full")
  void evaluate_answersOnAFullDisk_isAFailure() {
    Cli.Run run = cli.runFake("evaluate", "--tasks", tasks.toString(), "--answers=/dev/full");

    assertThat(run.err())
        .startsWith("tess2 evaluate: the answers cannot be written: /dev/full (")
        .hasLineCount(1);
    assertThat(run.exit()).isEqualTo(1);
  }

  @Test
  void evaluate_interrupted_reportsNothingHalf() {
    Cli.Run run = cli.interruptedWhen(() -> true).runFake("evaluate", "--tasks", tasks.toString());

    assertThat(run.out()).isEmpty();
    assertThat(run.exit()).isEqualTo(130);
  }

  @Test
  void evaluate_nothingToAsk_isAUsageError() {
    assertUsage("--tasks or --infill is missing");
  }

  @Test
  void evaluate_sweepAndSteps_isAUsageError() {
    assertUsage(
        "--sweep and --steps exclude each other",
        "--tasks",
        tasks.toString(),
        "--sweep=1",
        "--steps=2");
  }

  @Test
  void evaluate_sweepOutOfRange_isAUsageError() {
    assertUsage(
        "--sweep must be at least 1, but is: 0", "--tasks", tasks.toString(), "--sweep=5,0");
  }

  @Test
  void evaluate_seeds_hasARowForEachSettingWithStandardErrors() {
    assertThat(
            cli.runFake(
                    "evaluate",
                    "--tasks",
                    tasks.toString(),
                    "--seeds=1,2",
                    "--sweep=1,4",
                    "--without-self-conditioning")
                .out()
                .replaceAll("[0-9.]+ \\|\n", "T |\n"))
        .isEqualTo(
            """
            | setting | right | different right answers a prompt | of seeds | taste | seconds |
            |---|---|---|---|---|---|
            | 1 step | 66.7 ± 0.0 % | 0.67 | 2 | 0.000 ± 0.000 | T |
            | 1 step, self-conditioning none | 66.7 ± 0.0 % | 0.67 | 2 | 0.000 ± 0.000 | T |
            | 4 steps | 66.7 ± 0.0 % | 0.67 | 2 | 0.000 ± 0.000 | T |
            | 4 steps, self-conditioning none | 66.7 ± 0.0 % | 0.67 | 2 | 0.000 ± 0.000 | T |
            """);
  }

  @Test
  void evaluate_seedsAsJson_hasALineForEachSetting() {
    String[] lines =
        cli.runFake("evaluate", "--tasks", tasks.toString(), "--seeds=5,6", "--sweep=1,4", "--json")
            .out()
            .split("\n");

    assertThat(lines).hasSize(2);
    JsonObject second = JsonParser.parseString(lines[1]).getAsJsonObject();
    assertThat(second.get("title").getAsString()).isEqualTo("4 steps");
    assertThat(second.get("seeds").toString()).isEqualTo("[5,6]");
    assertThat(second.get("prompts").getAsInt()).isEqualTo(3);
    assertThat(second.get("right").getAsDouble()).isEqualTo(2.0 / 3);
    assertThat(second.get("rightError").getAsDouble()).isZero();
    assertThat(second.getAsJsonObject("groups").getAsJsonObject("spell-backwards").toString())
        .isEqualTo("{\"prompts\":1,\"right\":1.0,\"distinct\":1.0}");
  }

  @Test
  void evaluate_seedsAndSeed_isAUsageError() {
    assertUsage(
        "--seeds and --seed exclude each other",
        "--tasks",
        tasks.toString(),
        "--seeds=1,2",
        "--seed=1");
  }

  @Test
  void evaluate_seedsWithInfill_isAUsageError() {
    assertUsage(
        "--seeds needs --tasks, without --infill and --plot",
        "--infill",
        infill.toString(),
        "--seeds=1,2");
  }

  @Test
  void evaluate_withoutSelfConditioningAlone_isAUsageError() {
    assertUsage(
        "--without-self-conditioning needs --seeds",
        "--tasks",
        tasks.toString(),
        "--without-self-conditioning");
  }

  @Test
  void evaluate_finishWithoutSeeds_isAUsageError() {
    assertUsage("--finish needs --seeds", "--tasks", tasks.toString(), "--finish=1");
  }

  @Test
  void evaluate_blanksWithoutSeeds_isAUsageError() {
    assertUsage("--blanks needs --seeds", "--tasks", tasks.toString(), "--blanks=1");
  }

  @Test
  void evaluate_blanksAndFinish_isAUsageError() {
    assertUsage(
        "--finish and --blanks exclude each other",
        "--tasks",
        tasks.toString(),
        "--seeds=1",
        "--finish=1",
        "--blanks=1");
  }

  @Test
  void evaluate_limitOutOfRange_isAUsageError() {
    assertUsage("--limit must be at least 1, but is: 0", "--tasks", tasks.toString(), "--limit=0");
  }

  private void assertUsage(String message, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "evaluate";
    System.arraycopy(arguments, 0, all, 1, arguments.length);

    Cli.Run run = cli.runFake(all);

    assertThat(run.err())
        .isEqualTo("tess2 evaluate: " + message + " (see tess2 evaluate --help)\n");
    assertThat(run.exit()).isEqualTo(2);
  }

  @Test
  void evaluate_badLine_namesFileAndLine() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.jsonl"), "{}\n");

    Cli.Run run = cli.runFake("evaluate", "--tasks", bad.toString());

    assertThat(run.err()).startsWith("tess2 evaluate: " + bad + ":1: a line must be an item");
    assertThat(run.exit()).isEqualTo(1);
  }
}
