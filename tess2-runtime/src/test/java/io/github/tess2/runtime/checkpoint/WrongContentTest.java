package io.github.tess2.runtime.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that a failed download leaves instead of a checkpoint's files. */
class WrongContentTest {
  private static final String POINTER =
      "version https://git-lfs.github.com/spec/v1\noid sha256:"
          + "0".repeat(64)
          + "\nsize 14483464192\n";
  private static final String IS_POINTER =
      "is a Git LFS pointer in place of the file: run \"git lfs install\" and \"git lfs pull\" in its"
          + " folder, or download the file itself";
  private static final String IS_PAGE =
      "is a web page in place of the file, as a failed download leaves it: download it again";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "config.json", "tokenizer.json"})
  void open_lfsPointer_saysHowToFetch(String name) throws IOException {
    assertFails(name, POINTER, IS_POINTER);
  }

  @Test
  void open_lfsPointerInPlaceOfAShard_namesTheShard() throws IOException {
    String shard = "model-00002-of-00002.safetensors";
    Checkpoints.copy(Fixtures.checkpoint("llama"), folder);
    write(shard, POINTER);
    assertFails(shard, IS_POINTER);
    write("model.safetensors.index.json", POINTER);
    assertFails("model.safetensors.index.json", IS_POINTER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "config.json", "tokenizer.json"})
  void open_webPage_saysSo(String name) throws IOException {
    assertFails(name, "\n<!DOCTYPE html>\n<html><body>404</body></html>", IS_PAGE);
    write(name, "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>");
    assertFails(name, IS_PAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "config.json", "tokenizer.json"})
  void open_emptyFile_saysSo(String name) throws IOException {
    assertFails(name, "", "is empty: download it again");
  }

  @Test
  void open_zipInPlaceOfJson_saysSo() throws IOException {
    assertFails("tokenizer.json", "PK\3\4xyz", "must be JSON, but is a zip archive");
  }

  @Test
  void open_utf16_saysSo() throws IOException {
    Checkpoints.copy(Fixtures.checkpoint("mistral"), folder);
    Files.writeString(folder.resolve("config.json"), "{}", UTF_16);
    assertFails("config.json", "must be UTF-8 text, but is UTF-16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PK\3\4\0\0\b\b\0\0", "\u0080\2\u008a\nl\u00fc"})
  void open_pyTorchFileUnderTheName_saysWhatToDo(String begin) throws IOException {
    assertFails(
        "model.safetensors",
        begin,
        "must be safetensors, but is a PyTorch file with the wrong name: rename it to"
            + " pytorch_model.bin, and the next message has the command that converts it");
  }

  @Test
  void open_otherFormatsOfWeights_areNamed() throws IOException {
    assertFails(
        "model.safetensors",
        "GGUF\3\0\0\0\0\0",
        "must be safetensors, but is a GGUF file, which is not supported");
    write("model.safetensors", "\u001f\u008b\b\0\0\0\0\0\0\3");
    assertFails("model.safetensors", "must be safetensors, but is compressed with gzip");
  }

  @Test
  void open_wordsInPlaceOfTensors_showsThem() throws IOException {
    assertFails(
        "model.safetensors",
        "Entry not found\n",
        "must be safetensors, but is text: Entry not found");
  }

  private void assertFails(String name, String content, String message) throws IOException {
    Checkpoints.copy(Fixtures.checkpoint("mistral"), folder);
    write(name, content);
    assertFails(name, message);
  }

  private void assertFails(String name, String message) {
    assertThatThrownBy(
            () -> {
              try (Checkpoint checkpoint = Checkpoint.open(folder);
                  CheckpointTokenizer tokenizer =
                      CheckpointTokenizer.open(folder, checkpoint.config())) {
                tokenizer.size();
              }
            })
        .isInstanceOf(CheckpointException.class)
        .hasMessage(folder.resolve(name) + ": " + message);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content, ISO_8859_1);
  }
}
