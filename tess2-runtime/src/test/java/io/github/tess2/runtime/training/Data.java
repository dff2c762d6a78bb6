package io.github.tess2.runtime.training;

import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.training.Conventions;
import io.github.tess2.training.TrainingStage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Training data on disk, and the tokenizer of the oracle's checkpoints. */
final class Data {
  private Data() {}

  static Path write(Path file, String... lines) {
    try {
      return Files.writeString(file, String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String text) {
    return "{\"text\": \"" + text + "\"}";
  }

  static String chat(String question, String answer) {
    return "{\"messages\": " + messages(question, answer) + "}";
  }

  static String pair(String question, String chosen, String rejected) {
    return "{\"chosen\": %s, \"rejected\": %s}"
        .formatted(messages(question, chosen), messages(question, rejected));
  }

  private static String messages(String question, String answer) {
    return """
        [{"role": "user", "content": "%s"}, {"role": "assistant", "content": "%s"}]\
        """
        .formatted(question, answer);
  }

  static DataLines open(Path file, long seed) {
    return DataLines.open("training data", List.of(file), seed);
  }

  /** Reads the data of a stage with this library's conventions; chats may have any length. */
  static ExampleReader reader(CheckpointTokenizer tokenizer, TrainingStage stage) {
    return new ExampleReader(tokenizer, stage, Conventions.DEFAULT, Integer.MAX_VALUE);
  }

  /** Opens the tokenizer. Opens the tokenizer. The caller closes it. */
  static CheckpointTokenizer tokenizer() {
    try (Checkpoint checkpoint = Checkpoint.open(Goldens.checkpoint("mistral"))) {
      return CheckpointTokenizer.open(checkpoint.folder(), checkpoint.config());
    }
  }
}
