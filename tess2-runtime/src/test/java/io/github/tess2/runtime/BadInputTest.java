package io.github.tess2.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Blank;
import io.github.tess2.CheckpointException;
import io.github.tess2.ComputeDevice;
import io.github.tess2.DeviceException;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Message;
import io.github.tess2.PluginException;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.engine.EngineStart;
import io.github.tess2.runtime.engine.NativeMemory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bad input from users: each error names the thing at fault, the rule and the value. The tests of
 * the package {@code checkpoint} cover damaged files in full.
 */
class BadInputTest {
  private static DiffusionLM lm;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    lm = Checkpoints.open("mistral", Precision.FP32);
  }

  @AfterAll
  static void close() {
    lm.close();
  }

  /** A file of a checkpoint, how it is damaged, and the expected message. */
  static Stream<Arguments> damages() {
    return Stream.of(
        Arguments.of("config.json", "{\"a\": ", "config.json: must be well-formed JSON"),
        Arguments.of("config.json", "[]", "config.json: must hold a JSON object, but holds: []"),
        Arguments.of(
            "config.json",
            "\"mistral\" -> \"gpt2\"",
            "must be \"Dream\", \"llada\", \"llama\" or \"mistral\", but is: \"gpt2\""),
        Arguments.of(
            "config.json",
            "\"vocab_size\": 300 -> \"vocab_size\": 301",
            "tensor model.embed_tokens.weight must have the shape [301, 32], by config.json, but"
                + " has: [300, 32]"),
        Arguments.of("tokenizer.json", "{", "tokenizer.json: must be well-formed JSON"),
        Arguments.of(
            "tokenizer.json", "\"BPE\" -> \"WordPiece\"", "tokenizer.json: model.type must be"));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void build_damagedFile_namesFileRuleAndValue(String file, String damage, String message)
      throws IOException {
    Checkpoints.copy(Goldens.checkpoint("mistral"), folder);
    String text = Files.readString(folder.resolve(file));
    int arrow = damage.indexOf(" -> ");
    String damaged =
        arrow < 0 ? damage : text.replace(damage.substring(0, arrow), damage.substring(arrow + 4));
    assertThat(damaged).isNotEqualTo(text);
    Files.writeString(folder.resolve(file), damaged);

    assertBuildFails(folder).hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "model.safetensors", "tokenizer.json"})
  void build_missingFile_namesIt(String file) throws IOException {
    Checkpoints.copy(Goldens.checkpoint("mistral"), folder);
    Files.delete(folder.resolve(file));

    assertBuildFails(folder).hasMessageContaining(file).hasMessageContaining(folder.toString());
  }

  @Test
  void build_missingFolder_namesIt() {
    Path none = folder.resolve("none");

    assertBuildFails(none).hasMessage(none + ": must be a folder, but does not exist");
  }

  @Test
  void build_truncatedWeights_namesTheTensorCutOff() throws IOException {
    Checkpoints.copy(Goldens.checkpoint("mistral"), folder);
    try (FileChannel file =
        FileChannel.open(folder.resolve("model.safetensors"), StandardOpenOption.WRITE)) {
      file.truncate(file.size() - 4);
    }

    assertBuildFails(folder)
        .hasMessageContaining("model.safetensors: tensor ")
        .hasMessageContaining("data_offsets must be within the file's");
  }

  @Test
  void build_rewardModel_saysWhatItIs() {
    Path reward = Goldens.checkpoint("reward");

    assertBuildFails(reward)
        .hasMessage(
            reward.resolve("config.json")
                + ": architectures must name a diffusion model, but names a reward model");
  }

  @Test
  void build_manyTimesInVain_leavesNothing() throws IOException {
    DiffusionLM.Builder builder =
        DiffusionLM.builder().model(Checkpoints.wide(folder)).sampler("none-such");

    // If they were read, the weights would take 10 MB.
    NativeMemory.assertSteady(
        50, () -> assertThatThrownBy(builder::build).isInstanceOf(PluginException.class));
  }

  @Test
  void build_manyTimesFailingHalfWay_leavesNothing() throws IOException {
    DiffusionLM.Builder builder =
        DiffusionLM.builder()
            .model(Checkpoints.withTensorOver2Gib(folder))
            .device(ComputeDevice.CPU)
            .precision(Precision.FP32);

    // The tensors loaded before the one that is too large take 14 MB. Each attempt takes seconds,
    // because it measures the products of its enormous layer.
    NativeMemory.assertSteady(
        50,
        8,
        () ->
            assertThatThrownBy(builder::build)
                .isInstanceOf(CheckpointException.class)
                .hasMessageEndingWith(
                    "tensor model.layers.0.mlp.gate_proj.weight must have at most 2147483647 bytes,"
                        + " but has: 2147483648"));
  }

  @Test
  void build_cudaWhereThereIsNone_saysHowManyThereAre() {
    Engine engine = EngineStart.engine();
    Assumptions.assumeTrue(engine.getGpuCount() == 0, "no GPU here");

    assertThatThrownBy(
            () ->
                DiffusionLM.builder()
                    .model(Goldens.checkpoint("mistral"))
                    .device(ComputeDevice.cuda(0))
                    .build())
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "device must be among the 0 CUDA devices that PyTorch %s sees, but is: cuda:0"
                + " (docs/cuda.md)",
            engine.getVersion());
  }

  @Test
  void build_unknownSchedule_listsThoseThereAre() {
    assertThatThrownBy(
            () ->
                DiffusionLM.builder()
                    .model(Goldens.checkpoint("mistral"))
                    .noiseSchedule("cosine")
                    .build())
        .isInstanceOf(PluginException.class)
        .hasMessageStartingWith(
            "no NoiseSchedule is named \"cosine\"; there are [linear, scaled_linear, sigmoid,"
                + " squaredcos_cap_v2, squaredcos_improved_ddpm]");
  }

  @Test
  void generate_unknownSampler_listsThoseThereAre() {
    assertThatThrownBy(() -> lm.generate(request(Prompt.user("Hi")).sampler("ddpm").build()))
        .isInstanceOf(PluginException.class)
        .hasMessageStartingWith(
            "no Sampler is named \"ddpm\"; there are [confidence-threshold, entropy, entropy-bound,"
                + " low-confidence, maskgit-plus, origin, random-remasking, simplex-ddim, simplex-ddpm,"
                + " topk-margin]");
  }

  @Test
  void generate_promptPlusLengthOverTheLimit_namesLimitAndBoth() {
    int prompt = lm.tokenizer().encode("a b c").length() + 1;

    assertTooLong(request(Prompt.raw("a b c")).length(65), prompt + " + 65");
    assertTooLong(request(Prompt.raw("a b c")).length(65 - prompt), prompt + " + " + (65 - prompt));
    assertThat(lm.generate(request(Prompt.raw("a b c")).length(64 - prompt).build()).steps())
        .isEqualTo(5);
  }

  @Test
  void generate_lengthThatNoIntHoldsWithThePrompt_isTooLong() {
    assertThatThrownBy(
            () -> lm.generate(request(Prompt.raw("a")).length(Integer.MAX_VALUE).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "prompt plus length must be at most 64 tokens, but is: \\d+ \\+ 2147483647");
  }

  @Test
  void generate_promptThatFillsTheModel_leavesNoRoom() {
    GenerationRequest request = request(Prompt.raw("a ".repeat(500))).build();

    assertThatThrownBy(() -> lm.generate(request))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("prompt plus length must be at most 64 tokens, but is: ");
  }

  @Test
  void generate_blanksOverTheLimit_namesLimitAndBoth() {
    assertTooLong(request(Prompt.infill(Blank.blank(40), Blank.blank(24))), "1 + 64");
    assertTooLong(
        request(Prompt.infill(Blank.blank(Integer.MAX_VALUE), Blank.blank(Integer.MAX_VALUE))),
        "1 + 4294967294");
  }

  @Test
  void generate_halfASurrogatePair_isNamedByItsPlace() {
    assertThatThrownBy(() -> lm.generate(request(Prompt.raw("ab\ud83d")).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "text must be well-formed, but has half a surrogate pair at index ");
  }

  @Test
  void prompts_thatAreEmpty_areRefused() {
    assertThatThrownBy(() -> lm.generate(""))
        .hasMessage("message content must not be blank, but is: \"\"");
    assertThatThrownBy(() -> Prompt.raw("")).hasMessage("prompt must not be empty");
    assertThatThrownBy(() -> Prompt.chat())
        .hasMessage("a chat must have at least one message, but has: 0");
    assertThatThrownBy(() -> Prompt.infill().build())
        .hasMessage("an infill prompt must have at least one blank");
    assertThatThrownBy(() -> Message.user(""))
        .hasMessage("message content must not be blank, but is: \"\"");
  }

  @Test
  void generateAll_null_isNamed() {
    GenerationRequest request = request(Prompt.user("Hi")).build();

    assertNull(() -> lm.generateAll(null), "requests");
    assertNull(() -> lm.generateAll(Arrays.asList(request, null)), "request 1");
  }

  @Test
  void generate_null_isNamed() {
    GenerationRequest request = request(Prompt.user("Hi")).build();

    assertNull(() -> lm.generate((String) null), "message content");
    assertNull(() -> lm.generate((GenerationRequest) null), "request");
    assertNull(() -> lm.generate(request, null), "listener");
    assertNull(() -> lm.generateAsync(null), "request");
  }

  @Test
  void tokenizer_badInput_isNamed() {
    assertNull(() -> lm.tokenizer().encode(null), "text");
    assertNull(() -> lm.tokenizer().decode(null), "ids");
    assertThatThrownBy(() -> lm.tokenizer().decode(ImmutableIntArray.of(300)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("token id must be from 0 to 299, but is: 300");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lm_head.weight", "model.norm.weight"})
  void generate_weightsThatAreNoNumbers_failsRatherThanAnswer(String tensor) throws IOException {
    try (DiffusionLM broken =
        Checkpoints.open(Checkpoints.withNaN(folder, tensor), Precision.FP32)) {
      assertThatThrownBy(() -> broken.generate("Hi"))
          .isInstanceOf(Tess2Exception.class)
          .hasMessage(
              "the model's logits must be finite numbers, but at step 5 those of generated position"
                  + " 0 are not (computed in FP32)");
    }
  }

  /** The sampler also sees these logits, but its error would not name the cause. */
  @Test
  void generate_weightsThatAreNoNumbersUnderAnySampler_namesTheLogits() throws IOException {
    try (DiffusionLM broken =
        Checkpoints.open(Checkpoints.withNaN(folder, "lm_head.weight"), Precision.FP32)) {
      GenerationRequest request =
          request(Prompt.user("Hi")).steps(3).length(4).sampler("simplex-ddim").build();

      assertThatThrownBy(() -> broken.generate(request, step -> GenerationListener.Signal.CONTINUE))
          .hasMessageStartingWith(
              "the model's logits must be finite numbers, but at step 1 those of generated position"
                  + " 0 are not");
    }
  }

  private static GenerationRequest.Builder request(Prompt prompt) {
    return GenerationRequest.builder(prompt);
  }

  private static void assertNull(ThrowingCallable call, String name) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(name);
  }

  private static void assertTooLong(GenerationRequest.Builder request, String sum) {
    assertThatThrownBy(() -> lm.generateAll(List.of(request.build())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("prompt plus length must be at most 64 tokens, but is: " + sum);
  }

  private static AbstractThrowableAssert<?, ?> assertBuildFails(Path model) {
    return assertThatThrownBy(() -> DiffusionLM.builder().model(model).build())
        .isInstanceOf(CheckpointException.class);
  }
}
