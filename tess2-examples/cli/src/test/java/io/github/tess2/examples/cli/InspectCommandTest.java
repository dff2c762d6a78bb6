package io.github.tess2.examples.cli;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inspects the oracle's checkpoints. The expected shapes are those that its README states. */
class InspectCommandTest {
  private static final Path CHECKPOINTS =
      Path.of("../../tess2-runtime/src/test/resources/golden/checkpoints");

  @RegisterExtension final Cli cli = new Cli();
  @TempDir Path folder;

  /** Runs a command with the fake runtime installed in addition to the real one. */
  private Cli.Run run(String... arguments) {
    return cli.run(
        Stream.concat(Stream.of("inspect", "--runtime=pytorch"), Stream.of(arguments))
            .toArray(String[]::new));
  }

  private JsonObject inspect(String checkpoint, String section) {
    Cli.Run run = run("--json", CHECKPOINTS.resolve(checkpoint).toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.exit()).isZero();
    return JsonParser.parseString(run.out()).getAsJsonObject().getAsJsonObject(section);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mistral", "llama", "llama-linear", "mistral-window", "cdcd", "reward"})
  void inspect_everyKindOfCheckpoint_exitsWithZero(String checkpoint) {
    assertThat(run(CHECKPOINTS.resolve(checkpoint).toString()).exit()).isZero();
  }

  @Test
  void inspect_checkpoint_tellsItsShape() {
    JsonObject model = inspect("llama", "model");

    assertThat(model.get("architecture").getAsString()).isEqualTo("llama");
    assertThat(model.get("layers").getAsInt()).isEqualTo(2);
    assertThat(model.get("hiddenSize").getAsInt()).isEqualTo(32);
    assertThat(model.get("headDimension").getAsInt()).isEqualTo(12);
    assertThat(model.get("vocabularySize").getAsInt()).isEqualTo(303);
    assertThat(model.get("tiedHead").getAsBoolean()).isTrue();
    assertThat(model.get("ropeScaling").getAsString())
        .isEqualTo("llama3, factor 8.0, frequency factors 1.0 to 4.0, of 32 positions");
  }

  @Test
  void inspect_slidingWindow_isTold() {
    assertThat(inspect("mistral-window", "model").get("slidingWindow").getAsInt()).isEqualTo(6);
  }

  @Test
  void inspect_shards_countsTheTensorsOfAll() {
    // Embedding, norm and timestep embedding, and nine tensors in each of two layers; tied head.
    assertThat(inspect("llama", "tensors").get("count").getAsInt()).isEqualTo(21);
  }

  @Test
  void inspect_tensors_tellsParametersAndBytesByType() {
    JsonObject tensors = inspect("mistral", "tensors");

    assertThat(tensors.get("parameters").getAsLong()).isEqualTo(parametersOfMistral());
    assertThat(tensors.get("bytes").toString())
        .isEqualTo("{\"f32\":" + 4 * parametersOfMistral() + "}");
  }

  /** H 32, 2 layers, 4 heads of 8, 2 key-value heads, intermediate 48, V 300, separate head. */
  private static long parametersOfMistral() {
    long attention = 32 * 32 + 2 * 16 * 32 + 32 * 32;
    long layer = attention + 3 * 48 * 32 + 2 * 32;
    return 2 * 300 * 32 + 2 * layer + 32 + 32;
  }

  @Test
  void inspect_diffusionSettings_areTold() {
    JsonObject diffusion = inspect("mistral", "diffusion");

    assertThat(diffusion.get("noiseSchedule").getAsString()).isEqualTo("squaredcos_improved_ddpm");
    assertThat(diffusion.get("simplexValue").getAsDouble()).isEqualTo(5);
    assertThat(diffusion.get("topP").getAsDouble()).isEqualTo(0.99);
    assertThat(diffusion.get("selfConditioning").getAsString()).isEqualTo("logits_mean");
    assertThat(diffusion.get("attention").getAsString()).isEqualTo("bidirectional");
    assertThat(diffusion.get("cdcdTimeWarp").getAsBoolean()).isFalse();
  }

  @Test
  void inspect_cdcdCheckpoint_saysSo() {
    assertThat(inspect("cdcd", "diffusion").get("cdcdTimeWarp").getAsBoolean()).isTrue();
  }

  @Test
  void inspect_rewardModel_hasNoDiffusion() {
    assertThat(inspect("reward", "model").get("purpose").getAsString()).isEqualTo("reward");
    assertThat(inspect("reward", "diffusion")).isNull();
  }

  @Test
  void inspect_tokenizer_tellsSizeAndSpecialTokens() {
    JsonObject tokenizer = inspect("llama", "tokenizer");

    assertThat(tokenizer.get("size").getAsInt()).isEqualTo(300);
    assertThat(tokenizer.get("bosId").getAsInt()).isEqualTo(1);
    assertThat(tokenizer.get("eosId").getAsInt()).isEqualTo(2);
    assertThat(tokenizer.get("padId").getAsInt()).isEqualTo(299);
  }

  @Test
  void inspect_adapter_countsTheTensorsThatItAddsTo() throws IOException {
    Path adapters = CHECKPOINTS.resolve("../../lora");
    copy(adapters.resolve("adapter"), folder.resolve("adapter"));
    copy(adapters.resolve("base"), folder.resolve("base"));
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(
          CHECKPOINTS.resolve("mistral").resolve(name), folder.resolve("base").resolve(name));
    }

    JsonObject tensors = inspect(folder.resolve("adapter").toAbsolutePath().toString(), "tensors");

    assertThat(tensors.get("withAdapter").getAsInt()).isEqualTo(4);
    assertThat(inspect("mistral", "tensors").get("withAdapter").getAsInt()).isZero();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void inspect_memory_isToldForEachPrecision() {
    JsonObject memory = inspect("mistral", "memory");

    assertThat(memory.getAsJsonObject("weightBytes").get("fp32").getAsLong())
        .isEqualTo(4 * parametersOfMistral());
    assertThat(memory.getAsJsonObject("weightBytes").get("bf16").getAsLong())
        .isEqualTo(2 * parametersOfMistral());
    // 256 tokens of 8 bytes, and 256 input embeddings of 32 numbers.
    assertThat(memory.getAsJsonObject("requestBytes").get("bf16").getAsLong())
        .isEqualTo(256 * (8 + 32 * 2));
  }

  @Test
  void inspect_length_isWhatRequestsAreToldFor() {
    Path checkpoint = CHECKPOINTS.resolve("mistral");

    assertThat(run(checkpoint.toString(), "--length", "10").out())
        .contains("request length         10\n")
        .contains("request bytes          fp32 1.3 KiB, fp16 720 B, bf16 720 B\n");
  }

  @Test
  void inspect_asText_hasALineForEachValue() {
    assertThat(run(CHECKPOINTS.resolve("mistral").toString()).out())
        .startsWith("model\n  architecture           mistral\n")
        .contains(
            "\ntensors\n  count                  22\n  with adapter           0\n  parameters             34,752\n")
        .contains("  bytes                  f32 135.8 KiB\n")
        .contains("  sliding window         none\n");
  }

  @Test
  void inspect_missingFolder_isOneLine() {
    Path none = folder.resolve("none");

    Cli.Run run = run(none.toString());

    assertThat(run.err())
        .isEqualTo("tess2 inspect: " + none + ": must be a folder, but does not exist\n");
    assertThat(run.exit()).isEqualTo(1);
  }

  @Test
  void inspect_missingTensor_tellsWhatThereIsAndFails() throws Exception {
    copy("reward");
    // Its configuration now says diffusion model, but it lacks the tensors of one.
    Files.copy(
        CHECKPOINTS.resolve("cdcd/config.json"), folder.resolve("config.json"), REPLACE_EXISTING);

    Cli.Run run = run(folder.toString());

    assertThat(run.out()).contains("cdcd time warp         false");
    assertThat(run.err())
        .isEqualTo(
            "tess2 inspect: "
                + folder
                + ": must hold the 22 tensors of a diffusion model of its config.json, but lacks 2:"
                + " lm_head.weight, timestep_embed.weight\n");
    assertThat(run.exit()).isEqualTo(1);
  }

  private void copy(String checkpoint) throws IOException {
    try (Stream<Path> files = Files.list(CHECKPOINTS.resolve(checkpoint))) {
      for (Path file : List.copyOf(files.toList())) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void inspect_lengthOutOfRange_isAUsageError() {
    Cli.Run run = run(CHECKPOINTS.resolve("mistral").toString(), "--length=0");

    assertThat(run.err())
        .isEqualTo(
            "tess2 inspect: --length must be at least 1, but is: 0 (see tess2 inspect --help)\n");
    assertThat(run.exit()).isEqualTo(2);
  }
}
