package io.github.tess2.runtime.generation;

import static io.github.tess2.Blank.blank;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.Prompt;
import io.github.tess2.runtime.Checkpoints;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests prompts that are refused before tokenization, which would take minutes or crash the JVM.
 */
class LongPromptTest {
  private static final String LONG = "a" + " ".repeat(10_100_000) + "x";

  @TempDir Path folder;

  static Stream<Prompt> prompts() {
    return Stream.of(
        Prompt.user(LONG), Prompt.raw(LONG), Prompt.infill("a", blank(4), LONG, blank(1)));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("prompts")
  void encode_promptThatCannotFit_isRefusedUnsplit(Prompt prompt) {
    try (CheckpointTokenizer tokenizer = open(Goldens.checkpoint("mistral"))) {
      PromptEncoder encoder = new PromptEncoder(tokenizer, 64);

      assertThatThrownBy(() -> encoder.encode(prompt, 5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "prompt plus length must be at most 64 tokens, but is: at least \\d+ \\+ 5");
    }
  }

  @Test
  void encode_promptThatJustFits_isTaken() {
    try (CheckpointTokenizer tokenizer = open(Goldens.checkpoint("mistral"))) {
      String text = "The capital of Italy is Rome. ".repeat(1000);
      int tokens = tokenizer.encodeText(text).length();

      assertThat(new PromptEncoder(tokenizer, tokens + 1).encode(Prompt.raw(text), 1).length())
          .isEqualTo(tokens + 1);
      assertThatThrownBy(() -> new PromptEncoder(tokenizer, tokens).encode(Prompt.raw(text), 1))
          .hasMessage(
              "prompt plus length must be at most %d tokens, but is: at least %d + 1",
              tokens, tokens);
    }
  }

  @Test
  void encode_tokenizerThatMayShortenTexts_hasAPlainLimit() throws IOException {
    Checkpoints.copy(Goldens.checkpoint("mistral"), folder);
    Path file = folder.resolve("tokenizer.json");
    JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    json.add(
        "normalizer",
        JsonParser.parseString("{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}"));
    Files.writeString(file, json.toString());
    try (CheckpointTokenizer tokenizer = open(folder)) {
      PromptEncoder encoder = new PromptEncoder(tokenizer, 64);

      assertThat(encoder.encode(Prompt.raw("hi" + " ".repeat(60_000)), 5).length()).isLessThan(12);
      assertThatThrownBy(() -> encoder.encode(Prompt.raw("hi" + " ".repeat(70_000)), 5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "text must have at most 65536 characters for a limit of 59 tokens, but has: 70002");
    }
  }

  @Test
  void tokenizerEncode_textThatCouldEndTheJvm_isRefused() {
    try (CheckpointTokenizer tokenizer = open(Goldens.checkpoint("mistral"))) {
      assertThatThrownBy(() -> tokenizer.encode(LONG))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("text must have at most 2000000 characters, but has: 10100002");
    }
  }

  private static CheckpointTokenizer open(Path folder) {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return CheckpointTokenizer.open(checkpoint.folder(), checkpoint.config());
    }
  }
}
