package io.github.tess2.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.DiffusionLM;
import io.github.tess2.runtime.checkpoint.TokenizerFolder;
import io.github.tess2.training.FreshModel;
import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingListener.Signal;
import io.github.tess2.training.TrainingStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tokenizer in the form that the published training code saves, without {@code tokenizer.json}.
 */
class SentencePieceTrainingTest {
  @TempDir Path folder;

  @Test
  void checkpoint_ofATokenizerModel_hasItsFilesAndLoads() throws IOException {
    Path tokenizer = Files.createDirectory(folder.resolve("tokenizer"));
    Path model = Path.of("src/test/resources/sentencepiece/bpe.model");
    Files.copy(model, tokenizer.resolve("tokenizer.model"));
    Files.writeString(
        tokenizer.resolve("tokenizer_config.json"),
        "{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\", \"pad_token\": \"[PAD]\"}");
    Files.writeString(tokenizer.resolve("added_tokens.json"), "{\"[PAD]\": 1000}");
    TokenizerFolder read = TokenizerFolder.read(tokenizer);
    assertThat(read.size()).isEqualTo(1001);
    assertThat(read.eosId()).isEqualTo(2);

    TrainingStage stage = TrainingStage.ADAPTATION;
    Path out = folder.resolve("out");
    Trainer.train(
        TinyRun.builder(stage, TinyRun.data(stage, folder), out)
            .fresh(
                FreshModel.builder(tokenizer)
                    .hiddenSize(32)
                    .layers(2)
                    .heads(4)
                    .keyValueHeads(2)
                    .headDimension(8)
                    .intermediateSize(48)
                    .maxLength(64)
                    .build())
            .steps(1)
            .build(),
        progress -> Signal.CONTINUE);

    Path saved = out.resolve("step-1");
    for (String name :
        new String[] {"tokenizer.model", "tokenizer_config.json", "added_tokens.json"}) {
      assertThat(saved.resolve(name)).hasSameBinaryContentAs(tokenizer.resolve(name));
    }
    try (DiffusionLM lm = DiffusionLM.builder().model(saved).steps(2).length(4).build()) {
      assertThat(lm.tokenizer().padId()).isEqualTo(1000);
      assertThat(lm.generate("What is the capital of France?").text()).isNotNull();
    }
  }
}
