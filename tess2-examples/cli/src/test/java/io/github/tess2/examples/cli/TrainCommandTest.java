package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.DiffusionLM;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The training commands on the real runtime, with tiny models. */
class TrainCommandTest {
  private static final Path MODEL =
      Path.of("../../tess2-runtime/src/test/resources/golden/checkpoints/mistral");

  private static final String[] TINY = {
    "--hidden-size=16",
    "--layers=1",
    "--heads=2",
    "--key-value-heads=1",
    "--head-dimension=8",
    "--intermediate-size=24",
    "--precision=fp32",
    "--device=cpu"
  };

  @RegisterExtension final Cli cli = new Cli();
  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void writeData() throws IOException {
    data =
        Files.writeString(
            folder.resolve("data.jsonl"),
            "{\"text\": \"The capital of Italy is Rome.\"}\n{\"text\": \"Paris\"}\n");
  }

  private Cli.Run train(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train",
                "--stage=adaptation",
                "--data=" + data,
                "--output=" + folder.resolve("out"),
                "--steps=4",
                "--batch-size=2",
                "--sequence-length=16"));
    all.addAll(List.of(more));
    return cli.run(all.toArray(String[]::new));
  }

  private Cli.Run trainFresh(String... more) {
    return train(
        Stream.concat(
                Stream.of("--tokenizer=" + MODEL), Stream.concat(Stream.of(TINY), Stream.of(more)))
            .toArray(String[]::new));
  }

  @Test
  void train_freshModel_leavesACheckpointMetricsAndAPicture() throws IOException {
    Cli.Run run = trainFresh("--evaluation-data=" + data, "--evaluate-every=2");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo(folder.resolve("out/step-4") + "\n");
    assertThat(run.err().lines())
        .anyMatch(
            line ->
                line.matches(
                    "adaptation  step 4/4  loss \\d+\\.\\d{4}  held out \\d+\\.\\d{4}  rate"
                        + " 1\\.00e-05  [\\d,]+ tokens/s  0:00:00 left"));
    assertThat(Files.readAllLines(folder.resolve("out/metrics.jsonl"))).hasSize(4);
    assertThat(folder.resolve("out/loss.svg")).content().contains("<svg");
    assertThat(LossCurves.chart(List.of(folder.resolve("out/metrics.jsonl"))).getSeriesMap())
        .containsOnlyKeys("training", "held out");
    DiffusionLM.builder().runtime("pytorch").model(folder.resolve("out/step-4")).build().close();
  }

  @Test
  void train_interrupted_stopsWithACheckpointAndGoesOn() {
    Cli.Run stopped = cli.interruptedWhen(() -> true).run(arguments());
    assertThat(stopped.exit()).isEqualTo(130);
    assertThat(stopped.err())
        .contains("Stopped after step 1 of 4. Run the same command to continue.");
    assertThat(stopped.out()).isEqualTo(folder.resolve("out/step-1") + "\n");

    Cli.Run resumed = cli.interruptedWhen(() -> false).run(arguments());

    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("step 2/4").doesNotContain("step 1/4");
  }

  @Test
  void train_outputIsAFile_isRefusedBeforeAnythingIsRead() throws IOException {
    Path file = Files.writeString(folder.resolve("out"), "somebody's");

    Cli.Run run =
        cli.run(
            "train",
            "--stage=adaptation",
            "--data=" + folder.resolve("missing.jsonl"),
            "--start-from=" + folder.resolve("missing"),
            "--output=" + file);

    assertThat(run.err())
        .isEqualTo("tess2 train: output must be a folder, but is a file: " + file + "\n");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(file).hasContent("somebody's");
  }

  private String[] arguments() {
    return Stream.concat(
            Stream.of(
                "train",
                "--stage=adaptation",
                "--data=" + data,
                "--output=" + folder.resolve("out"),
                "--steps=4",
                "--batch-size=2",
                "--sequence-length=16",
                "--tokenizer=" + MODEL),
            Stream.of(TINY))
        .toArray(String[]::new);
  }

  @Test
  void train_lora_leavesACheckpoint() {
    Cli.Run run =
        train(
            "--start-from=" + MODEL,
            "--precision=fp32",
            "--lora-rank=2",
            "--lora-targets=q_proj,v_proj");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(folder.resolve("out/step-4/training/state.json"))
        .content()
        .contains("Lora[rank=2, alpha=4.0, targets=[Q_PROJ, V_PROJ]]");
  }

  private String settings() throws IOException {
    return Files.readString(folder.resolve("out/step-4/training/state.json"));
  }

  @Test
  void train_defaults_areThePublishedOptimizerAndThisLibrarysConventions() throws IOException {
    assertThat(trainFresh().exit()).isZero();

    assertThat(settings())
        .contains(
            "AdamW[beta1=0.9, beta2=0.999, epsilon=1.0E-8, weightDecay=0.0, maxGradientNorm=1.0]")
        .doesNotContain("conventions");
  }

  @Test
  void train_published_choosesAllButWhatIsGiven() throws IOException {
    Cli.Run run =
        trainFresh("--published", "--masks=anywhere", "--rate-shape=linear", "--rate-end=0.1");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(settings())
        .contains(
            "Conventions[REFUSE, REFUSE, true, true, ANYWHERE, false, ADDED, END, ANSWERS]",
            "shape=LINEAR, endShare=0.1]");
  }

  @Test
  void train_chatsTooLong_areCounted() throws IOException {
    String chat =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"8 + 9?\"},"
            + " {\"role\": \"assistant\", \"content\": \"%s\"}]}\n";
    Files.writeString(data, chat.formatted("17") + chat.formatted("17 ".repeat(40)));
    Cli.Run run =
        cli.run(
            Stream.concat(
                    Stream.of(
                        "train",
                        "--stage=instruction",
                        "--data=" + data,
                        "--output=" + folder.resolve("out"),
                        "--steps=4",
                        "--batch-size=2",
                        "--sequence-length=40",
                        "--long-chats=cut",
                        "--tokenizer=" + MODEL),
                    Stream.of(TINY))
                .toArray(String[]::new));

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err()).contains("instruction  of 2 lines, 1 are cut and 0 skipped");
  }

  @Test
  void train_badLine_isNamed() throws IOException {
    Files.writeString(data, "{\"text\": 3}\n");
    Cli.Run run = trainFresh();

    assertThat(run.err())
        .isEqualTo("tess2 train: " + data + ", line 1: text must be a string, but is: 3\n");
    assertThat(run.exit()).isEqualTo(1);
  }

  @Test
  void train_unknownRuntime_isNamed() {
    Cli.Run run = train("--start-from=" + MODEL, "--runtime=onnx");

    assertThat(run.err()).contains("no TrainingRuntime is named \"onnx\"; there are [");
    assertThat(run.exit()).isEqualTo(1);
  }

  @Test
  void train_wrongOptions_areUsageErrors() {
    assertUsage(train(), "either --start-from or --tokenizer must be given, but neither is");
    assertUsage(
        trainFresh("--start-from=" + MODEL),
        "either --start-from or --tokenizer must be given, but both are");
    assertUsage(
        trainFresh("--weight-decay=-1"),
        "weight decay must be finite and zero or more, but is: -1.0");
    assertUsage(
        trainFresh("--long-chats=cut"),
        "long chats CUT is for AUTOREGRESSIVE, INSTRUCTION, REWARD only, but the stage is:"
            + " ADAPTATION");
    assertUsage(trainFresh("--beta2=1"), "beta2 must be in [0, 1), but is: 1.0");
    assertUsage(trainFresh("--lora-alpha=1"), "--lora-alpha goes with --lora-rank only");
    assertUsage(
        train("--start-from=" + MODEL, "--max-length=9"),
        "--max-length goes with --tokenizer only");
    assertUsage(
        train("--start-from=" + MODEL, "--hidden-size=192"),
        "--hidden-size goes with --tokenizer only");
    assertUsage(
        train("--start-from=" + MODEL, "--tied-head"), "--tied-head goes with --tokenizer only");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private static void assertUsage(Cli.Run run, String message) {
    assertThat(run.err()).isEqualTo("tess2 train: " + message + " (see tess2 train --help)\n");
    assertThat(run.exit()).isEqualTo(2);
  }

  private String[] recipe() {
    return Stream.concat(
            Stream.of(
                "recipe",
                folder.resolve("all").toString(),
                "--data-option=--train=40",
                "--data-option=--text=40",
                "--data-option=--preferences=20",
                "--data-option=--held-out=27",
                "--data-option=--guidance=18",
                "--data-option=--infill=10",
                "--data-option=--open-train=40",
                "--data-option=--open-text=40",
                "--data-option=--open-preferences=20",
                "--data-option=--open-held-out=27",
                "--data-option=--open-guidance=9",
                "--steps=base=2,adaptation=2,short=2,instruction=2,reward=2",
                "--batch-size=base=2,adaptation=2,short=2,instruction=2,reward=2",
                "--warmup=base=0,adaptation=0,short=0,instruction=0,reward=0"),
            Stream.of(TINY))
        .toArray(String[]::new);
  }

  @Test
  void recipe_interruptedAndRunAgain_endsInModelsThatLoad() throws IOException {
    int[] asked = {0};
    // Polled once in each step. The third step is the first of the second stage.
    Cli.Run stopped = cli.interruptedWhen(() -> ++asked[0] == 3).run(recipe());
    assertThat(stopped.exit()).as(stopped.err()).isEqualTo(130);
    assertThat(stopped.err())
        .contains("base  step 2/2", "adaptation  step 1/2")
        .doesNotContain("there already");

    Cli.Run run = cli.interruptedWhen(() -> false).run(recipe());

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err())
        .startsWith(
            "The data in %s exists already and is used unchanged. Ignored: --data-option.\n"
                .formatted(folder.resolve("all/data")))
        .doesNotContain("base  step", "adaptation  step 1/2")
        .contains(
            "adaptation  step 2/2", "short  step 2/2", "instruction  step 2/2", "reward  step 2/2");
    assertThat(folder.resolve("all/reward-model/config.json"))
        .content()
        .contains("MistralForSequenceClassification");
    assertThat(folder.resolve("all/model/training")).doesNotExist();
    assertThat(folder.resolve("all/base/step-2/training/state.json"))
        .as("the shipped model's optimizer")
        .content()
        .contains("AdamW[beta1=0.9, beta2=0.98, epsilon=1.0E-8, weightDecay=0.01,")
        .doesNotContain("conventions");
    DiffusionLM.builder().runtime("pytorch").model(folder.resolve("all/model")).build().close();
  }

  @Test
  void recipe_wrongSettings_areToldBeforeAnyWork() {
    Cli.Run run = cli.run("recipe", folder.resolve("all").toString(), "--steps=reward=0");

    assertThat(run.err())
        .isEqualTo(
            "tess2 recipe: reward: steps must be greater than zero, but is: 0 (see tess2 recipe"
                + " --help)\n");
    assertThat(folder.resolve("all")).doesNotExist();
  }

  @Test
  void recipe_noisyShareOutOfRange_isToldBeforeAnyWork() {
    Cli.Run run = cli.run("recipe", folder.resolve("all").toString(), "--noisy-share=1.5");

    assertThat(run.err()).startsWith("tess2 recipe: reward: ").contains("1.5");
    assertThat(folder.resolve("all")).doesNotExist();
  }

  @Test
  void recipe_presetGpu_assumesALargerShapeThatOptionsCanChange() {
    Cli.Run run =
        cli.run(
            "recipe",
            folder.resolve("all").toString(),
            "--preset=gpu",
            "--data=" + folder,
            "--heads=7");

    assertThat(run.exit()).isNotZero();
    assertThat(run.err()).contains("heads must be a multiple of key-value heads, but are: 7 and 5");
  }

  @Test
  void recipe_dataOptionForDataThatIsGiven_isAUsageError() {
    Cli.Run run =
        cli.run(
            "recipe",
            folder.resolve("all").toString(),
            "--data=" + folder,
            "--data-option=--train=40");

    assertThat(run.err())
        .isEqualTo(
            "tess2 recipe: --data and --data-option exclude each other (see tess2 recipe"
                + " --help)\n");
    assertThat(run.exit()).isEqualTo(2);
  }

  @Test
  void recipe_noData_isNamed() {
    Cli.Run run = cli.run("recipe", folder.resolve("all").toString(), "--data=" + folder);

    assertThat(run.err()).startsWith("tess2 recipe: data must exist, but does not: [");
    assertThat(run.exit()).isEqualTo(1);
  }

  @Test
  void curves_severalRuns_areInOnePicture() throws IOException {
    Path one = Files.createDirectories(folder.resolve("one")).resolve("metrics.jsonl");
    Path two = Files.createDirectories(folder.resolve("two")).resolve("metrics.jsonl");
    Files.writeString(one, "{\"step\":1,\"loss\":3.5}\n{\"step\":2,\"loss\":2.5}\n");
    Files.writeString(two, "{\"step\":1,\"loss\":3,\"evaluation_loss\":2}\n");
    Path picture = folder.resolve("both.svg");

    Cli.Run run = cli.run("curves", one.toString(), two.toString(), "--output=" + picture);

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(picture).content().contains("<svg");
    assertThat(LossCurves.chart(List.of(one, two)).getSeriesMap())
        .containsOnlyKeys("one training", "two training", "two held out");
  }

  @Test
  void curves_lossOfZero_isDrawnOnAnEvenScale() throws IOException {
    Path metrics =
        Files.writeString(
            folder.resolve("m.jsonl"), "{\"step\":1,\"loss\":0.5}\n{\"step\":2,\"loss\":0}\n");

    Cli.Run run = cli.run("curves", metrics.toString(), "--output=" + folder.resolve("m.svg"));

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(LossCurves.chart(List.of(metrics)).getStyler().isYAxisLogarithmic()).isFalse();
    Files.writeString(metrics, "{\"step\":1,\"loss\":0.5}\n");
    assertThat(LossCurves.chart(List.of(metrics)).getStyler().isYAxisLogarithmic()).isTrue();
  }

  @Test
  void curves_lastLineBeingWritten_isLeftOut() throws IOException {
    Path metrics =
        Files.writeString(folder.resolve("m.jsonl"), "{\"step\":1,\"loss\":3}\n{\"step\":2,\"lo");

    Cli.Run run = cli.run("curves", metrics.toString(), "--output=" + folder.resolve("m.svg"));

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(LossCurves.chart(List.of(metrics)).getSeriesMap().get("training").getYData())
        .containsExactly(3);
  }

  @Test
  void curves_badMetrics_areNamed() throws IOException {
    Path metrics = Files.writeString(folder.resolve("m.jsonl"), "{\"step\":1,\"loss\":3}\nno\n");

    Cli.Run run = cli.run("curves", metrics.toString());

    assertThat(run.err())
        .isEqualTo("tess2 curves: " + metrics + ", line 2: must be a JSON object\n");
    assertThat(run.exit()).isEqualTo(1);
  }
}
