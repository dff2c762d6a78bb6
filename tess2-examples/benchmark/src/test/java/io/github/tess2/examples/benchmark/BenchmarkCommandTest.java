package io.github.tess2.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.Tess2Exception;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Plugins;
import io.github.tess2.spi.StepGrid;
import io.github.tess2.spi.StepGridProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BenchmarkCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new BenchmarkCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void train_tinyShape_printsOneLineOfFigures() {
    int exit = run("train", "--shape=tiny", "--batch=2", "--length=40", "--steps=2", "--warmup=1");

    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    assertThat(out.toString().lines()).hasSize(1);
    JsonObject line = JsonParser.parseString(out.toString()).getAsJsonObject();
    assertThat(line.get("pipeline").getAsString()).isEqualTo("tess2");
    assertThat(line.get("tokens_per_second").getAsDouble()).isPositive();
  }

  @Test
  void measure_madeCheckpoint_printsOneLineOfFigures() {
    String checkpoint = folder.resolve("tiny").toString();
    assertThat(run("make", checkpoint, "--shape", "tiny")).isZero();

    int exit =
        run(
            "measure",
            checkpoint,
            "--threads=2",
            "--batch=2",
            "--prompt=9",
            "--length=5",
            "--steps=2",
            "--runs=3");

    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    assertThat(out.toString().lines()).hasSize(1);
    JsonObject line = JsonParser.parseString(out.toString()).getAsJsonObject();
    assertThat(line.get("pipeline").getAsString()).isEqualTo("tess2-java");
    assertThat(line.get("device").getAsString()).isEqualTo("cpu");
    assertThat(line.get("precision").getAsString()).isEqualTo("fp32");
    assertThat(line.get("batch").getAsInt()).isEqualTo(2);
    assertThat(line.get("steps").getAsInt()).isEqualTo(6);
    assertThat(line.get("stepMillis").getAsDouble()).isPositive();
    assertThat(line.get("firstStepMillis").getAsDouble()).isPositive();
    assertThat(line.get("backboneMillis").getAsDouble()).isPositive();
    // Two layers of the tiny shape, E and head of 512 rows, in fp32.
    long layer = 64 * 64 + 2 * 16 * 64 + 64 * 64 + 3 * 224 * 64 + 2 * 64;
    assertThat(line.get("weightBytes").getAsLong())
        .isEqualTo(4 * (2 * layer + 2 * 512 * 64 + 64 + 64));
  }

  @Test
  void measure_guidedByAMadeRewardModel_countsItsWeights() {
    String checkpoint = folder.resolve("tiny").toString();
    String reward = folder.resolve("reward").toString();
    assertThat(run("make", checkpoint, "--shape", "tiny")).isZero();
    assertThat(run("make", reward, "--shape", "tiny", "--reward")).isZero();
    String[] small = {"--prompt=9", "--length=5", "--steps=2", "--runs=1"};

    int exit =
        run("measure", checkpoint, "--reward", reward, small[0], small[1], small[2], small[3]);

    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    JsonObject line = JsonParser.parseString(out.toString()).getAsJsonObject();
    assertThat(line.get("pipeline").getAsString()).isEqualTo("tess2-java, guided");
    long layer = 64 * 64 + 2 * 16 * 64 + 64 * 64 + 3 * 224 * 64 + 2 * 64;
    long shared = 2 * layer + 512 * 64 + 64;
    // The model has a head and a time embedding; the reward model has a score head.
    assertThat(line.get("weightBytes").getAsLong())
        .isEqualTo(4 * (2 * shared + 512 * 64 + 64 + 64));
  }

  @Test
  void measure_automaticPrecision_isAUsageError() {
    assertThat(run("measure", folder.toString(), "--precision=auto")).isEqualTo(2);
    assertThat(err.toString()).startsWith("--precision must be fp32, fp16 or bf16, but is: auto");
  }

  @Test
  void measure_noRuns_isAUsageError() {
    assertThat(run("measure", folder.toString(), "--runs=0")).isEqualTo(2);
    assertThat(err.toString()).startsWith("--runs must be at least 1, but is: 0");
  }

  @Test
  void check_cpuWithItself_findsNoDifference() {
    String checkpoint = folder.resolve("tiny").toString();
    assertThat(run("make", checkpoint, "--shape", "tiny")).isZero();

    int exit = run("check", checkpoint, "--device=cpu", "--precision=fp32");

    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    JsonObject line = JsonParser.parseString(out.toString()).getAsJsonObject();
    assertThat(line.get("maxRelativeDifference").getAsDouble()).isZero();
    assertThat(line.get("finishReason").getAsString()).isIn("LENGTH", "END_OF_SEQUENCE");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.1e-4, Double.NaN})
  void check_differenceBeyondTheTolerance_fails(double difference) {
    DeviceCheck.Report report = report(difference, 0L);

    assertThatExceptionOfType(Tess2Exception.class)
        .isThrownBy(report::requireGood)
        .withMessage(
            "logits must differ from the CPU's by at most 1.0E-4, but differ by: " + difference);
  }

  @Test
  void check_memoryKept_fails() {
    DeviceCheck.Report report = report(0, 3L << 20);

    assertThatExceptionOfType(Tess2Exception.class)
        .isThrownBy(report::requireGood)
        .withMessage("all device memory must be freed, but some is kept: 3145728 bytes");
  }

  private static DeviceCheck.Report report(double difference, long kept) {
    return new DeviceCheck.Report("cuda:0", 1, "FP32", difference, 1e-4, "LENGTH", 1, 1L, kept);
  }

  @Test
  void table_twoPipelines_comparesThemUnderEachSetting() throws Exception {
    Path file = folder.resolve("measurements.jsonl");
    Files.writeString(
        file,
        line("plain-pytorch", "fp32", 1, 1000, "null", 200)
            + line("tess2-java", "fp32", 1, 250, "200", 50)
            + "\n"
            + line("plain-pytorch", "bf16", 1, 900, "null", 100)
            + line("tess2-java", "bf16", 1, 300, "240", 25));

    assertThat(run("table", file.toString())).isZero();

    assertThat(out)
        .hasToString(
            """
            | device | threads | precision | batch | pipeline | ms per step | times as fast | MiB beyond the weights | share of memory | decoder and head |
            | --- | ---: | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |
            | cpu | 2 | fp32 | 1 | plain-pytorch | 1000 | 1.00 | 200 | 1.00 |  |
            | cpu | 2 | fp32 | 1 | tess2-java | 250 | 4.00 | 50 | 0.25 | 80 % |
            | cpu | 2 | bf16 | 1 | plain-pytorch | 900 | 1.00 | 100 | 1.00 |  |
            | cpu | 2 | bf16 | 1 | tess2-java | 300 | 3.00 | 25 | 0.25 | 80 % |
            """);
  }

  @Test
  void table_otherBatch_isNotCompared() throws Exception {
    Path file = folder.resolve("measurements.jsonl");
    Files.writeString(
        file,
        line("plain-pytorch", "fp32", 1, 1000, "null", 200)
            + line("tess2-java", "fp32", 4, 250, "200", 50));

    run("table", file.toString());

    assertThat(out.toString().lines().toList())
        .contains("| cpu | 2 | fp32 | 4 | tess2-java | 250 |  | 50 |  | 80 % |");
  }

  @Test
  void table_unknownMemory_isLeftEmpty() throws Exception {
    Path file = folder.resolve("measurements.jsonl");
    Files.writeString(
        file,
        line("tess2-java", "fp32", 1, 250, "200", 50)
            .replaceAll(",\"peakBytesBeyondWeights\":\\d+", ""));

    run("table", file.toString());

    assertThat(out.toString().lines().toList())
        .contains("| cpu | 2 | fp32 | 1 | tess2-java | 250 |  |  |  | 80 % |");
  }

  @Test
  void median_oddCount_isTheMiddle() {
    assertThat(BenchmarkCommand.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
  }

  @Test
  void median_evenCount_isTheMeanOfTheMiddleTwo() {
    assertThat(BenchmarkCommand.median(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3);
  }

  private static String line(
      String pipeline, String precision, int batch, int step, String backbone, int mebibytes) {
    return """
        {"pipeline":"%s","device":"cpu","precision":"%s","threads":2,"batch":%d,\
        "promptTokens":256,"generatedTokens":256,"steps":35,"stepMillis":%d,"firstStepMillis":1,\
        "backboneMillis":%s,"weightBytes":1,"peakBytesBeyondWeights":%d}
        """
        .formatted(pipeline, precision, batch, step, backbone, mebibytes * 1024 * 1024);
  }

  private Path tasks() throws IOException {
    String line =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"abc\"},"
            + "{\"role\":\"assistant\",\"content\":\"cba\"}]}\n";
    return Files.writeString(folder.resolve("tasks.jsonl"), line.repeat(2));
  }

  @Test
  void formats_tinyCheckpoint_comparesWhatTheCpuCanMultiply() throws IOException {
    String checkpoint = folder.resolve("tiny").toString();
    assertThat(run("make", checkpoint, "--shape", "tiny")).isZero();

    int exit = run("formats", checkpoint, "--tasks", tasks().toString());

    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    assertThat(out.toString())
        .contains("| unquantized | fp32 |", "| int8 | fp32 | 0 | ", "| fp8 | fp32 | refused: ");
  }

  @Test
  void grid_tinyCheckpoint_writesTheCurveThatTheGridReads() throws IOException {
    String checkpoint = folder.resolve("tiny").toString();
    assertThat(run("make", checkpoint, "--shape", "tiny")).isZero();
    Path file = folder.resolve("curve.json");

    int exit = run("grid", checkpoint, file.toString(), "--tasks", tasks().toString(), "--times=5");

    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    StepGrid grid =
        Plugins.of(StepGridProvider.class)
            .named("learned")
            .create(
                OptionValues.of(
                    "grid",
                    Plugins.of(StepGridProvider.class).named("learned").options(),
                    Map.of("file", file)));
    assertThat(grid).isNotNull();
    JsonObject curve = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    assertThat(curve.getAsJsonArray("times")).hasSize(5);
    // A random model predicts about as well as a uniform draw from all tokens.
    assertThat(curve.getAsJsonArray("loss").get(4).getAsDouble())
        .isCloseTo(Math.log(512), within(1.0));
  }

  @Test
  void grid_oneTime_isRefused() throws IOException {
    int exit = run("grid", "nowhere", "curve.json", "--tasks", tasks().toString(), "--times=1");

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).startsWith("--times must be at least 2, but is: 1");
  }

  @Test
  void caches_madeCheckpoint_findsNoChangeAtEveryPass() throws IOException {
    String checkpoint = folder.resolve("tiny").toString();
    assertThat(run("make", checkpoint, "--shape", "tiny")).isZero();

    Path items =
        Files.writeString(
            folder.resolve("items.jsonl"),
            """
            {"messages":[{"role":"user","content":"What is 4 + 1?"},\
            {"role":"assistant","content":"5"}],"task":"arithmetic","id":"1","key":"1"}
            {"messages":[{"role":"user","content":"What is 2 + 1?"},\
            {"role":"assistant","content":"3"}],"task":"arithmetic","id":"2","key":"2"}
            """);

    int exit =
        run(
            "caches",
            checkpoint,
            "--device=cpu",
            "--tasks=" + items,
            "--every=1,3",
            "--steps=4",
            "--length=6",
            "--batch-size=2",
            "--runs=1");

    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    List<JsonObject> lines =
        out.toString().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertThat(lines)
        .extracting(line -> line.get("cache").getAsString())
        .containsExactly("none", "refresh:every=1", "refresh:every=3");
    assertThat(lines.get(1).get("meanKl").getAsDouble()).isZero();
    assertThat(lines.get(2).get("meanKl").getAsDouble()).isPositive();
    assertThat(lines.get(2).get("ofNone").getAsDouble()).isPositive();
  }
}
