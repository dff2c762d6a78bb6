package io.github.tess2.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.training.Conventions;
import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener.Signal;
import io.github.tess2.training.TrainingResult;
import io.github.tess2.training.TrainingStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A base model without a padding token, and the padding that the published training code adds. */
class AddedPaddingTest {
  private static final Conventions ADDED =
      Conventions.builder().padding(Conventions.Padding.ADDED).build();

  @TempDir Path folder;

  private static JsonObject json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  /** The tokenizer of the oracle's checkpoints before {@code [PAD]} was added to it. */
  private Path unpadded() throws IOException {
    Path tokenizer = Files.createDirectories(folder.resolve("tokenizer"));
    Path from = Goldens.checkpoint("mistral");
    JsonObject main = json(from.resolve("tokenizer.json"));
    main.getAsJsonArray("added_tokens")
        .asList()
        .removeIf(token -> token.getAsJsonObject().get("content").getAsString().equals("[PAD]"));
    Files.writeString(tokenizer.resolve("tokenizer.json"), main.toString());
    for (String name : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      JsonObject file = json(from.resolve(name));
      file.remove("pad_token");
      if (file.has("added_tokens_decoder")) {
        file.getAsJsonObject("added_tokens_decoder").remove("299");
      }
      Files.writeString(tokenizer.resolve(name), file.toString());
    }
    return tokenizer;
  }

  private TrainingConfig.Builder base(Path tokenizer, String output) {
    return TinyRun.builder(
            TrainingStage.AUTOREGRESSIVE,
            TinyRun.data(TrainingStage.AUTOREGRESSIVE, folder),
            folder.resolve(output))
        .fresh(TinyRun.shape(tokenizer))
        .steps(1);
  }

  private TrainingConfig.Builder tuning(Path start, String output) {
    return TrainingConfig.builder(TrainingStage.INSTRUCTION)
        .startFrom(start)
        .data(TinyRun.data(TrainingStage.INSTRUCTION, folder))
        .output(folder.resolve(output))
        .conventions(ADDED)
        .sequenceLength(32)
        .checkpointEvery(1)
        .steps(2);
  }

  private static TrainingResult train(TrainingConfig.Builder run) {
    return Trainer.train(run.build(), progress -> Signal.CONTINUE);
  }

  @Test
  void added_toABaseWithoutOne_growsVocabularyEmbeddingAndHeadByARow() throws IOException {
    Path start = train(base(unpadded(), "base")).checkpoint();

    Path tuned = train(tuning(start, "tuned").steps(1)).checkpoint();

    // The learning rate of the first step is 1e-5, so no weight moves by more than that.
    try (Checkpoint before = Checkpoint.open(start);
        Checkpoint after = Checkpoint.open(tuned)) {
      assertThat(before.config().vocabularySize()).isEqualTo(299);
      assertThat(after.config().vocabularySize()).isEqualTo(300);
      assertThat(after.config().padId()).hasValue(299);
      for (String name : List.of("model.embed_tokens.weight", "lm_head.weight")) {
        float[] old = before.floats(name);
        float[] grown = after.floats(name);
        assertThat(grown).hasSize(300 * 32);
        for (int i = 0; i < old.length; i++) {
          assertThat(Math.abs(grown[i] - old[i])).isLessThan(1e-2f);
        }
        assertThat(Arrays.copyOfRange(grown, old.length, grown.length)).doesNotContain(0f);
      }
      try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(tuned, after.config())) {
        assertThat(tokenizer.padId()).isEqualTo(299);
        assertThat(tokenizer.eosId()).isEqualTo(2);
        assertThat(tokenizer.size()).isEqualTo(300);
      }
    }
  }

  /**
   * Compares with the files that transformers' add_special_tokens and save_pretrained wrote to the
   * oracle's folder.
   */
  @Test
  void added_filesOfTheTokenizer_sayWhatTransformersSay() throws IOException {
    Path start = train(base(unpadded(), "base").conventions(ADDED)).checkpoint();

    Path expected = Goldens.checkpoint("mistral");
    assertThat(json(start.resolve("tokenizer.json")).get("added_tokens"))
        .isEqualTo(json(expected.resolve("tokenizer.json")).get("added_tokens"));
    for (String name : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      assertThat(json(start.resolve(name))).isEqualTo(json(expected.resolve(name)));
    }
  }

  @Test
  void added_resumed_goesOnBitForBit() throws IOException {
    Path start = train(base(unpadded(), "base")).checkpoint();
    TrainingResult whole = train(tuning(start, "whole"));
    Trainer.train(tuning(start, "parts").build(), progress -> Signal.STOP);

    TrainerTest.assertSameBits(train(tuning(start, "parts")), whole);
  }

  @Test
  void added_whereThereIsOne_changesNothing() {
    Path tuned = train(tuning(Goldens.checkpoint("mistral"), "out").steps(1)).checkpoint();

    try (Checkpoint after = Checkpoint.open(tuned)) {
      assertThat(after.config().vocabularySize()).isEqualTo(300);
    }
  }
}
