package io.github.tess2.examples.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.Tess2Exception;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DataCommandTest {
  private static final StringWriter ERR = new StringWriter();
  @TempDir private static Path shared;
  private static Path folder;
  private static String table;

  @TempDir private Path mine;

  @BeforeAll
  static void writeAll() {
    folder = shared.resolve("made/new");
    StringWriter out = new StringWriter();
    assertThat(run(out, ERR, small(folder))).as(ERR.toString()).isZero();
    table = out.toString();
  }

  private static String[] small(Path to, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                to.toString(),
                "--seed=5",
                "--train=300",
                "--held-out=90",
                "--guidance=45",
                "--infill=40",
                "--preferences=100",
                "--text=200",
                "--open-train=200",
                "--open-text=60",
                "--open-preferences=60",
                "--open-held-out=90",
                "--open-guidance=45"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static int run(StringWriter out, StringWriter err, String... arguments) {
    return new CommandLine(new DataCommand())
        .setOverwrittenOptionsAllowed(true)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private static List<JsonObject> lines(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "train.jsonl, 300",
    "held-out.jsonl, 90",
    "guidance.jsonl, 45",
    "infill.jsonl, 40",
    "infill-cut.jsonl, 40",
    "preferences.jsonl, 100",
    "preferences-held-out.jsonl, 90",
    "text.jsonl, 200",
    "text-held-out.jsonl, 130",
    "train-open.jsonl, 200",
    "held-out-open.jsonl, 90",
    "guidance-open.jsonl, 45",
    "text-open.jsonl, 60",
    "preferences-open.jsonl, 60",
    "preferences-open-held-out.jsonl, 90"
  })
  void data_counts_asManyLines(String file, int count) throws IOException {
    assertThat(lines(folder.resolve(file))).hasSize(count);
  }

  @Test
  void data_done_leavesOnlyWholeFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile))
          .hasSize(22)
          .noneMatch(file -> file.toString().endsWith(".part"));
    }
  }

  @Test
  void data_sameSeed_sameBytes() throws IOException {
    run(new StringWriter(), new StringWriter(), small(mine));
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(mine.resolve(folder.relativize(file))).hasSameBinaryContentAs(file);
      }
    }
  }

  @Test
  void data_items_areMessagesThatReadBack() throws IOException {
    JsonObject first = lines(folder.resolve("held-out.jsonl")).get(0);
    JsonObject user = first.getAsJsonArray("messages").get(0).getAsJsonObject();
    TaskItem item = TaskFiles.readItems(folder.resolve("held-out.jsonl")).get(0);
    assertThat(user.get("role").getAsString()).isEqualTo("user");
    assertThat(item.prompt()).isEqualTo(user.get("content").getAsString());
    assertThat(TaskFiles.readItems(folder.resolve("held-out.jsonl")))
        .isEqualTo(TaskSplit.draw(5, 90, 45, 40).heldOut())
        .allMatch(each -> each.check().isRight(each.answer()));
  }

  @Test
  void data_short_holdsTheItemsThatFit() throws IOException {
    try (TokenLimits limits = new TokenLimits(folder.resolve("tokenizer/tokenizer.json"), 40, 40)) {
      List<TaskItem> fitting =
          TaskFiles.readItems(folder.resolve("train.jsonl")).stream()
              .filter(
                  item ->
                      limits.promptTokens(item.prompt()) + limits.answerTokens(item.answer()) <= 54)
              .toList();
      assertThat(TaskFiles.readItems(folder.resolve("train-short.jsonl")))
          .isEqualTo(fitting)
          .isNotEmpty();
    }
  }

  @Test
  void data_infill_countsTheBlanksTokensAndCutsTheSameItems() throws IOException {
    List<InfillItem> items = TaskFiles.readInfill(folder.resolve("infill.jsonl"));
    assertThat(TaskFiles.readInfill(folder.resolve("infill-cut.jsonl")))
        .isEqualTo(items.stream().map(InfillItem::withoutRight).toList());
    try (TokenLimits limits = new TokenLimits(folder.resolve("tokenizer/tokenizer.json"), 40, 40)) {
      for (JsonObject line : lines(folder.resolve("infill.jsonl"))) {
        String before = line.get("before").getAsString();
        String all = before + line.get("blank").getAsString() + line.get("after").getAsString();
        // The blank has the same tokens within the text.
        assertThat(limits.tokens(before) + line.get("tokens").getAsInt())
            .isEqualTo(limits.tokens(all) - limits.tokens(line.get("after").getAsString()));
      }
    }
  }

  @Test
  void data_preferences_areTwoChatsWithOneQuestion() throws IOException {
    for (JsonObject line : lines(folder.resolve("preferences.jsonl"))) {
      assertThat(line.getAsJsonArray("chosen").get(0))
          .isEqualTo(line.getAsJsonArray("rejected").get(0));
      assertThat(line.getAsJsonArray("chosen").get(1))
          .isNotEqualTo(line.getAsJsonArray("rejected").get(1));
    }
  }

  @Test
  void data_preferences_noChatIsLongerThanASequence() throws IOException {
    int most = 84;
    assertThat(
            run(
                new StringWriter(),
                ERR,
                small(mine, "--train=0", "--open-preferences=3000", "--open-tokens=" + most)))
        .as(ERR.toString())
        .isZero();

    Path tokenizer = mine.resolve("tokenizer/tokenizer.json");
    try (TokenLimits limits = new TokenLimits(tokenizer, 48, 60, most)) {
      // Some are longer without the limit, otherwise this test would prove nothing.
      assertThat(
              Stream.generate(TaskSplit.drawOpen(5, 90, 45).trainingPreferences(5))
                  .limit(3_000)
                  .filter(pair -> !limits.fits(pair)))
          .isNotEmpty();
      for (String file : List.of("preferences-open.jsonl", "preferences-open-held-out.jsonl")) {
        for (JsonObject pair : lines(mine.resolve(file))) {
          assertThat(tokens(pair, "chosen", limits)).isLessThanOrEqualTo(most);
          assertThat(tokens(pair, "rejected", limits)).isLessThanOrEqualTo(most);
        }
      }
    }
  }

  /** Tokens of a chat, in the form that training uses. */
  private static int tokens(JsonObject pair, String answer, TokenLimits limits) {
    List<String> contents = new ArrayList<>();
    for (JsonElement message : pair.getAsJsonArray(answer)) {
      contents.add(message.getAsJsonObject().get("content").getAsString());
    }
    assertThat(contents).hasSize(2);
    return limits.promptTokens(contents.get(0)) + limits.answerTokens(contents.get(1));
  }

  @Test
  void data_done_showsLengthsOfEveryTask() {
    assertThat(table).contains("| task | prompt tokens, mean | most |");
    for (Family family : Family.values()) {
      assertThat(table).contains("| " + family.id() + " | ");
    }
    assertThat(folder.resolve("lengths.md")).hasContent(table);
  }

  @Test
  void data_running_reportsEachFile() {
    assertThat(ERR.toString()).contains("train.jsonl 100%").contains("300/300");
  }

  @Test
  void data_realText_joinsTextsAndTheirEvaluation() throws IOException {
    Path real = mine.resolve("real.jsonl");
    StringBuilder questions = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      questions.append("{\"question\": \"Real one ").append(i).append("?\", \"answer\": \"x\"}\n");
    }
    Files.writeString(real, questions);
    StringWriter err = new StringWriter();
    assertThat(run(new StringWriter(), err, small(mine, "--real-text", real.toString())))
        .as(err.toString())
        .isZero();
    List<String> keptOut =
        lines(mine.resolve("text-held-out.jsonl")).stream()
            .map(line -> line.get("text").getAsString())
            .filter(text -> text.startsWith("Real one"))
            .toList();
    assertThat(keptOut).containsExactly("Real one 0?", "Real one 20?");
    assertThat(lines(mine.resolve("text.jsonl")))
        .extracting(line -> line.get("text").getAsString())
        .anyMatch(text -> text.startsWith("Real one"))
        .doesNotContainAnyElementsOf(keptOut);
  }

  @Test
  void data_realTextMissing_saysSoInOneLine() {
    StringWriter err = new StringWriter();
    Path none = mine.resolve("none.jsonl");
    assertThat(run(new StringWriter(), err, small(mine, "--real-text", none.toString())))
        .isEqualTo(1);
    assertThat(err.toString().strip())
        .isEqualTo("tess2 data: real text must be a file, but does not exist: " + none);
    assertThat(mine).isEmptyDirectory();
  }

  @Test
  void data_realTextBadLine_namesFileAndLine() throws IOException {
    Path real = mine.resolve("real.jsonl");
    Files.writeString(real, "{\"question\": \"Good?\"}\n{\"text\": \"none\"}\n");
    StringWriter err = new StringWriter();
    assertThat(run(new StringWriter(), err, small(mine, "--real-text", real.toString())))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains(real + ":2: a line must have a \"question\", but is: {\"text\": \"none\"}");
  }

  @Test
  void data_realTextNotJson_namesFileAndLine() throws IOException {
    Path real = mine.resolve("real.jsonl");
    Files.writeString(real, "{\"question\": \n");
    assertThatThrownBy(() -> RealText.questions(real))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage(real + ":1: a line must be JSON, but is not: column 14: it ends too early");
  }

  @Test
  void data_itemOverTheLimit_failsAndLeavesNoFileOfIt() {
    StringWriter err = new StringWriter();
    assertThat(run(new StringWriter(), err, small(mine, "--answer-tokens=12"))).isEqualTo(1);
    assertThat(err.toString()).contains("answer must have at most 12 tokens, but has ");
    assertThat(mine.resolve("held-out.jsonl")).doesNotExist();
    assertThat(mine.resolve("held-out.jsonl.part")).doesNotExist();
  }

  @Test
  void data_folderIsAFile_saysSoInOneLine() throws IOException {
    Path file = Files.writeString(mine.resolve("taken"), "x");
    StringWriter err = new StringWriter();
    assertThat(run(new StringWriter(), err, small(file))).isEqualTo(1);
    assertThat(err.toString().strip())
        .startsWith("tess2 data: folder must be writable, but is not: " + file)
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "--train=-1, '--train must be at least 0, but is: -1'",
    "--vocabulary=200, '--vocabulary must be at least 261, but is: 200'",
    "--prompt-tokens=0, '--prompt-tokens must be at least 1, but is: 0'"
  })
  void data_optionOutOfRange_isRefusedBeforeAnyWork(String option, String message) {
    StringWriter err = new StringWriter();
    assertThat(run(new StringWriter(), err, mine.toString(), option)).isEqualTo(2);
    assertThat(err.toString()).startsWith(message);
    assertThat(mine).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "train.jsonl, --train=2000",
    "preferences.jsonl, --preferences=2000",
    "text.jsonl, --text=5000"
  })
  void data_trainingHoldsWhatIsKeptOut_failsAndLeavesNoFileOfIt(String file, String many) {
    StringWriter err = new StringWriter();
    CommandLine leaking =
        new CommandLine(new DataCommand(split -> TaskSplit.draw(5, 0, 0, 0)))
            .setOverwrittenOptionsAllowed(true)
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(err, true));

    int exit =
        leaking.execute(
            small(mine, "--train=0", "--preferences=0", "--text=0", "--infill=500", many));

    assertThat(exit).isEqualTo(1);
    assertThat(err.toString())
        .contains("tess2 data: " + file + " must contain no held-out item, but contains: ");
    assertThat(mine.resolve(file)).doesNotExist();
    assertThat(mine.resolve(file + ".part")).doesNotExist();
  }

  @Test
  void data_failing_leavesNoTrainingOfARunBefore() throws IOException {
    Path before = Files.writeString(mine.resolve("statements.jsonl"), "{\"text\": \"x\"}\n");

    run(new StringWriter(), new StringWriter(), small(mine, "--answer-tokens=12"));

    assertThat(before).doesNotExist();
  }

  @Test
  void keptOut_itemInOtherWords_isRefused() {
    TaskItem item = TaskFiles.readItems(folder.resolve("guidance.jsonl")).get(0);
    TaskItem again = new TaskItem("train-1", item.family(), item.key(), "In other words", "x");

    assertThatThrownBy(() -> keptOut().require("train-short.jsonl", again))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage(
            "train-short.jsonl must contain no held-out item, but contains: In other words");
  }

  @Test
  void keptOut_infillAsAStatement_isRefused() {
    InfillItem item = TaskFiles.readInfill(folder.resolve("infill.jsonl")).get(0);

    assertThatThrownBy(() -> keptOut().require("statements.jsonl", item.text()))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage("statements.jsonl must contain no held-out item, but contains: " + item.text());
  }

  private static KeptOut keptOut() {
    return KeptOut.read(
        folder.resolve("held-out.jsonl"),
        folder.resolve("guidance.jsonl"),
        folder.resolve("infill.jsonl"));
  }

  @Test
  void readItems_badLine_namesFileAndLine() throws IOException {
    Path bad = mine.resolve("bad.jsonl");
    Files.writeString(
        bad, Files.readAllLines(folder.resolve("train.jsonl")).get(0) + "\n{\"messages\": []}\n");
    assertThatThrownBy(() -> TaskFiles.readItems(bad))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage(bad + ":2: a line must be an item, but is: {\"messages\": []}");
  }
}
