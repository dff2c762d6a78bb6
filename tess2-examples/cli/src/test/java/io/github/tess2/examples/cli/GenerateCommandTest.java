package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateCommandTest {
  @RegisterExtension final Cli cli = new Cli();
  @TempDir Path folder;

  @Test
  void generate_prompt_printsOnlyTheAnswerToStdout() {
    assertThat(cli.runFake("generate", "Hi there").out()).isEqualTo("Hi there\n");
  }

  @Test
  void generate_prompt_exitsWithZero() {
    assertThat(cli.runFake("generate", "Hi").exit()).isZero();
  }

  @Test
  void generate_prompt_printsStatisticsToStderr() {
    assertThat(cli.runFake("generate", "Hi").err())
        .isEqualTo(
            "2 tokens, 4 steps in 0.05 s (10.0 ms each), ended by itself, seed 99, mean confidence"
                + " 0.990\n");
  }

  @Test
  void generate_quiet_printsNoStatistics() {
    assertThat(cli.runFake("generate", "-q", "Hi").err()).isEmpty();
  }

  @Test
  void generate_severalPrompts_printsAnAnswerForEach() {
    assertThat(cli.runFake("generate", "one", "two", "three").out()).isEqualTo("one\ntwo\nthree\n");
  }

  @Test
  void generate_raw_asksForAContinuation() {
    assertThat(cli.runFake("generate", "--raw", "Once").out()).isEqualTo("raw:Once\n");
  }

  @Test
  void generate_infill_asksForBlanks() {
    assertThat(cli.runFake("generate", "--infill", "The capital of ____ is Paris.").out())
        .isEqualTo("infill:[The capital of , Blank[tokens=4],  is Paris.]\n");
  }

  @Test
  void generate_system_standsBeforeThePrompt() {
    assertThat(cli.runFake("generate", "--system", "Be brief.", "Hi").out())
        .isEqualTo("Be brief.|Hi\n");
  }

  @Test
  void generate_noOptions_leavesAllToTheModel() {
    assertThat(cli.runFake("generate", "options").out())
        .isEqualTo(
            "[auto, AUTO, null, null, null, null, null, null, null, null, null, null, null, null,"
                + " null]\n");
  }

  @Test
  void generate_allOptions_reachTheModel() {
    String[] arguments = {
      "generate",
      "options",
      "--device=cuda:1",
      "--precision=bf16",
      "--steps=7",
      "--length=33",
      "--seed=-5",
      "--temperature=0.5",
      "--top-p=0.9",
      "--schedule=Linear",
      "--grid=learned:file=curve.json,uniform=0.3",
      "--sampler=simplex-ddim",
      "--stop=settled:steps=2,entropy=0.01",
      "--canvas=blocks:length=8",
      "--cache=refresh:every=4",
      "--self-conditioning=logits_max"
    };

    assertThat(cli.runFake(arguments).out())
        .isEqualTo(
            "[cuda:1, BF16, 7, 33, -5, 0.5, 0.9, false, linear, learned(file=curve.json,uniform=0.3),"
                + " simplex-ddim, settled(steps=2,entropy=0.01), blocks(length=8),"
                + " refresh(every=4), LOGITS_MAX]\n");
  }

  @Test
  void generate_greedy_reachesTheModel() {
    assertThat(cli.runFake("generate", "options", "--greedy").out())
        .isEqualTo(
            "[auto, AUTO, null, null, null, null, null, true, null, null, null, null, null, null,"
                + " null]\n");
  }

  @Test
  void generate_json_isOneObjectALine() {
    String[] lines = cli.runFake("generate", "--json", "a \"b\"", "c").out().split("\n");

    assertThat(lines).hasSize(2);
    JsonObject first = JsonParser.parseString(lines[0]).getAsJsonObject();
    assertThat(first.get("prompt").getAsString()).isEqualTo("a \"b\"");
    assertThat(first.get("text").getAsString()).isEqualTo("a \"b\"");
    assertThat(first.get("finishReason").getAsString()).isEqualTo("end_of_sequence");
    assertThat(first.get("steps").getAsInt()).isEqualTo(4);
    assertThat(first.get("seed").getAsLong()).isEqualTo(99);
    assertThat(first.get("tokenIds").toString()).isEqualTo("[97,32,34,98,34]");
    assertThat(first.get("confidence").toString()).isEqualTo("[0.99,0.99,0.99,0.99,0.99]");
    assertThat(first.getAsJsonObject("timings").get("denoisingMillis").getAsDouble()).isEqualTo(40);
  }

  @Test
  void generate_batchFile_asksForEachLineThatIsNotBlank() throws Exception {
    Path file = Files.writeString(folder.resolve("prompts.txt"), "one\n\n  \nzwölf\n");

    assertThat(cli.runFake("generate", "--batch-file", file.toString()).out())
        .isEqualTo("one\nzwölf\n");
  }

  @Test
  void generate_moreLinesThanABatch_answersAllInOrder() throws Exception {
    Path file = Files.writeString(folder.resolve("prompts.txt"), "1\n2\n3\n4\n5\n");

    assertThat(cli.runFake("generate", "--batch-file", file.toString(), "--batch-size", "2").out())
        .isEqualTo("1\n2\n3\n4\n5\n");
  }

  @Test
  void generate_missingBatchFile_saysSo() {
    Path file = folder.resolve("none.txt");

    Cli.Run run = cli.runFake("generate", "--batch-file", file.toString());

    assertThat(run.err())
        .isEqualTo(
            "tess2 generate: --batch-file must be a file, but does not exist: " + file + "\n");
    assertThat(run.exit()).isEqualTo(1);
  }

  @Test
  void generate_batchFileWithAByteOrderMark_leavesItOut() throws Exception {
    Path file = Files.writeString(folder.resolve("marked.txt"), "\ufeffone\n\ufefftwo\n");

    assertThat(cli.runFake("generate", "--batch-file", file.toString()).out())
        .isEqualTo("one\n\ufefftwo\n");
  }

  @Test
  void generate_batchFileOfSpacesThatJavaKeeps_skipsThem() throws Exception {
    Path file = Files.writeString(folder.resolve("spaces.txt"), "\u00a0\u0085\none\n");

    assertThat(cli.runFake("generate", "--batch-file", file.toString()).out()).isEqualTo("one\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE"})
  void generate_batchFileInUtf16_saysWhatItLooksLike(String charset) throws Exception {
    Path file = folder.resolve("wide.txt");
    Files.writeString(file, "one\n", Charset.forName(charset));

    Cli.Run run = cli.runFake("generate", "--batch-file", file.toString());

    assertThat(run.err())
        .isEqualTo(
            "tess2 generate: --batch-file must be UTF-8 text, but looks like UTF-16: "
                + file
                + "\n");
    assertThat(run.exit()).isEqualTo(1);
  }

  @Test
  void generate_folderAsBatchFile_saysSo() {
    Cli.Run run = cli.runFake("generate", "--batch-file", folder.toString());

    assertThat(run.err())
        .isEqualTo(
            "tess2 generate: --batch-file must be a file, but is a folder: " + folder + "\n");
    assertThat(run.exit()).isEqualTo(1);
  }

  @Test
  void generate_batchFileInAnotherEncoding_saysSo() throws Exception {
    Path file = folder.resolve("latin.txt");
    Files.writeString(file, "zwölf\n", StandardCharsets.ISO_8859_1);

    Cli.Run run = cli.runFake("generate", "--batch-file", file.toString());

    assertThat(run.err())
        .isEqualTo("tess2 generate: --batch-file must be UTF-8 text, but is not: " + file + "\n");
    assertThat(run.exit()).isEqualTo(1);
  }

  @Test
  void generate_emptyBatchFile_isAUsageError() throws Exception {
    Path file = Files.writeString(folder.resolve("empty.txt"), "\n");

    assertUsage(
        "--batch-file must have a line that is not blank, but has none: " + file,
        "--batch-file",
        file.toString());
  }

  @Test
  void generate_withoutPrompt_isAUsageError() {
    assertUsage("a prompt is missing");
  }

  @Test
  void generate_emptyPrompt_isAUsageError() {
    assertUsage("prompt must not be empty", "");
  }

  @Test
  void generate_stepsOutOfRange_isAUsageError() {
    assertUsage("steps must be greater than zero, but is: 0", "Hi", "--steps=0");
  }

  @Test
  void generate_topPOutOfRange_isAUsageError() {
    assertUsage("topP must be greater than zero and at most one, but is: 1.5", "Hi", "--top-p=1.5");
  }

  @Test
  void generate_temperatureOutOfRange_isAUsageError() {
    assertUsage(
        "temperature must be finite and at least 1e-6, but is: 1.0E-38",
        "Hi",
        "--temperature=1e-38");
  }

  @Test
  void generate_batchSizeOutOfRange_isAUsageError() {
    assertUsage("--batch-size must be at least 1, but is: 0", "Hi", "--batch-size=0");
  }

  @Test
  void generate_rawAndInfill_isAUsageError() {
    assertUsage("--raw and --infill exclude each other", "Hi ____", "--raw", "--infill");
  }

  @Test
  void generate_infillAndLength_isAUsageError() {
    assertUsage(
        "--infill and --length exclude each other: a blank says how many tokens it has",
        "Hi ____",
        "--infill",
        "--length=8");
  }

  @Test
  void generate_systemForARawPrompt_isAUsageError() {
    assertUsage(
        "--system needs a chat, but the prompt is --raw", "Hi", "--raw", "--system", "Be brief.");
  }

  @Test
  void generate_greedyAndTopP_isAUsageError() {
    assertUsage("--greedy and --top-p exclude each other", "Hi", "--greedy", "--top-p=0.9");
  }

  @Test
  void generate_unknownDevice_isAUsageError() {
    assertUsage(
        "Invalid value for option '--device': device must be auto, cpu, cuda, cuda:N or cuda:N+M, but is:"
            + " tpu",
        "Hi",
        "--device=tpu");
  }

  @Test
  void generate_unknownSelfConditioning_listsTheModes() {
    assertUsage(
        "Invalid value for option '--self-conditioning': self-conditioning must be one of [none,"
            + " logits_mean, logits_addition, logits_max, logits_multiply, logits_with_projection,"
            + " logits_with_projection_addition], but is: mean",
        "Hi",
        "--self-conditioning=mean");
  }

  private void assertUsage(String message, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "generate";
    System.arraycopy(arguments, 0, all, 1, arguments.length);

    Cli.Run run = cli.runFake(all);

    assertThat(run.err())
        .isEqualTo("tess2 generate: " + message + " (see tess2 generate --help)\n");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void generate_missingModel_isOneLine() {
    Path model = folder.resolve("none");

    Cli.Run run = cli.runFake("generate", "Hi", "--model", model.toString());

    assertThat(run.err())
        .isEqualTo("tess2 generate: " + model + ": must be a folder, but is not\n");
    assertThat(run.exit()).isEqualTo(1);
  }

  @Test
  void generate_unknownRuntime_isOneLine() {
    Cli.Run run = cli.run("generate", "Hi", "--runtime", "onnx");

    assertThat(run.err())
        .startsWith("tess2 generate: no DiffusionRuntime is named \"onnx\"; there are [")
        .hasLineCount(1);
    assertThat(run.exit()).isEqualTo(1);
  }

  @Test
  void generate_failureOfTwoLines_isOneLine() {
    Cli.Run run = cli.runFake("generate", "fail");

    assertThat(run.err()).isEqualTo("tess2 generate: the model must answer, but does not\n");
    assertThat(run.exit()).isEqualTo(1);
  }

  @Test
  void generate_bug_saysHowToSeeMore() {
    Cli.Run run = cli.runFake("generate", "bug");

    assertThat(run.err())
        .isEqualTo(
            "tess2 generate: unexpected java.lang.UnsupportedOperationException (--verbose prints"
                + " the stack trace)\n");
    assertThat(run.exit()).isEqualTo(1);
  }

  @Test
  void generate_failureVerbose_hasTheStackTrace() {
    assertThat(cli.runFake("generate", "fail", "--verbose").err())
        .startsWith("tess2 generate: the model must answer, but does not\n")
        .contains("at io.github.tess2.examples.cli.FakeRuntime");
  }

  @Test
  void generate_interrupted_printsWhatThereIs() {
    Cli.Run run = cli.interruptedWhen(() -> true).runFake("generate", "abcd");

    assertThat(run.out()).isEqualTo("a...\n");
    assertThat(run.err()).contains("4 tokens, 1 steps").contains("cancelled");
    assertThat(run.exit()).isEqualTo(130);
  }

  @Test
  void generate_batchInterrupted_printsWhatIsAnswered() {
    int[] asked = {0};

    // Polled when the batch begins, then while it runs.
    Cli.Run run =
        cli.interruptedWhen(() -> ++asked[0] > 1)
            .runFake("generate", "-q", "one", "hang", "three", "--batch-size=3");

    assertThat(run.out()).isEqualTo("one\nthree\n");
    assertThat(run.err()).isEmpty();
    assertThat(run.exit()).isEqualTo(130);
  }

  @Test
  void generate_batchFailedByTheInterrupt_printsWhatIsAnswered() {
    int[] asked = {0};

    Cli.Run run =
        cli.interruptedWhen(() -> ++asked[0] > 1).runFake("generate", "-q", "one", "fail");

    assertThat(run.out()).isEqualTo("one\n");
    assertThat(run.err()).isEmpty();
    assertThat(run.exit()).isEqualTo(130);
  }

  @Test
  void generate_interruptedBetweenBatches_startsNoOther() {
    int[] asked = {0};

    Cli.Run run =
        cli.interruptedWhen(() -> ++asked[0] > 1)
            .runFake("generate", "-q", "one", "two", "three", "--batch-size=2");

    assertThat(run.out()).isEqualTo("one\ntwo\n");
    assertThat(run.exit()).isEqualTo(130);
  }

  @Test
  void generate_oneOfABatchFails_printsTheOthersAndWhy() {
    Cli.Run run = cli.runFake("generate", "-q", "one", "fail", "fail", "four");

    assertThat(run.out()).isEqualTo("one\nfour\n");
    assertThat(run.err()).isEqualTo("tess2 generate: the model must answer, but does not\n");
    assertThat(run.exit()).isEqualTo(1);
  }
}
