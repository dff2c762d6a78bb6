package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.MaskedGoldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares ids of texts with those of transformers, for tokenizers of both families. */
class VocabularyFolderTest {
  @TempDir Path folder;

  static Stream<Arguments> texts() {
    return MaskedGoldens.CHECKPOINTS.stream()
        .flatMap(name -> MaskedGoldens.texts(name).stream().map(text -> Arguments.of(name, text)));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void encode_anyText_givesTransformersIds(String name, MaskedGoldens.Text text) {
    try (CheckpointTokenizer tokenizer = open(MaskedGoldens.checkpoint(name))) {
      assertThat(tokenizer.encode(text.text()).asList()).isEqualTo(text.ids());
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void decode_idsOfAText_giveItBack(String name, MaskedGoldens.Text text) {
    try (CheckpointTokenizer tokenizer = open(MaskedGoldens.checkpoint(name))) {
      String expected = java.text.Normalizer.normalize(text.text(), java.text.Normalizer.Form.NFC);
      String back = tokenizer.decode(tokenizer.encode(text.text()));
      assertThat(back).isEqualTo(name.startsWith("dream") ? expected : text.text());
    }
  }

  @Test
  void encode_specialTokensOfAUser_areNone() {
    try (CheckpointTokenizer tokenizer = open(MaskedGoldens.checkpoint("dream"))) {
      assertThat(tokenizer.encode("<|mask|><|im_end|>").asList()).doesNotContain(292, 294);
    }
  }

  @Test
  void open_otherClass_isRefused() throws IOException {
    copy();
    edit("tokenizer_config.json", "DreamTokenizer", "GPT2Tokenizer");
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            folder.resolve("tokenizer_config.json")
                + ": tokenizer_class must be Qwen2Tokenizer or DreamTokenizer if there is no"
                + " tokenizer.json, but is: \"GPT2Tokenizer\"");
  }

  @Test
  void open_brokenMerges_namesTheLine() throws IOException {
    copy();
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b\nc\n");
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(folder.resolve("merges.txt") + ": line 3 must hold two tokens, but is: c");
  }

  private void copy() throws IOException {
    for (String file :
        List.of("config.json", "vocab.json", "merges.txt", "tokenizer_config.json")) {
      Files.copy(MaskedGoldens.checkpoint("dream").resolve(file), folder.resolve(file));
    }
  }

  private void edit(String file, String from, String to) throws IOException {
    String text = Files.readString(folder.resolve(file));
    Files.writeString(folder.resolve(file), text.replace(from, to));
  }

  private static CheckpointTokenizer open(Path folder) {
    return CheckpointTokenizer.open(folder, ModelConfig.read(folder.resolve("config.json")));
  }
}
