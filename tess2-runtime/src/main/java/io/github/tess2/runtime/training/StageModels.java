package io.github.tess2.runtime.training;

import io.github.tess2.runtime.checkpoint.DiffusionConfig;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.RopeScaling;
import io.github.tess2.runtime.checkpoint.TokenizerFolder;
import io.github.tess2.training.FreshModel;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingStage;
import java.util.List;
import java.util.OptionalInt;

/** What kind of model a stage leaves, given what it begins with. */
final class StageModels {
  private StageModels() {}

  static ModelConfig fresh(FreshModel fresh, TrainingStage stage) {
    TokenizerFolder tokenizer = TokenizerFolder.read(fresh.tokenizer());
    return new ModelConfig(
        ModelConfig.Architecture.MISTRAL,
        purpose(stage),
        tokenizer.size(),
        fresh.hiddenSize(),
        fresh.intermediateSize(),
        fresh.layers(),
        fresh.heads(),
        fresh.keyValueHeads(),
        fresh.headDimension(),
        1e-5,
        fresh.maxLength(),
        10000,
        RopeScaling.NONE,
        OptionalInt.empty(),
        fresh.tiedHead(),
        tokenizer.bosId(),
        List.of(tokenizer.eosId()),
        OptionalInt.of(tokenizer.padId()),
        DiffusionConfig.TESS2);
  }

  static ModelConfig after(ModelConfig start, TrainingStage stage) {
    return new ModelConfig(
        start.architecture(),
        purpose(stage),
        start.vocabularySize(),
        start.hiddenSize(),
        start.intermediateSize(),
        start.layers(),
        start.heads(),
        start.keyValueHeads(),
        start.headDimension(),
        start.normEpsilon(),
        start.maxPositions(),
        start.ropeTheta(),
        start.ropeScaling(),
        start.slidingWindow(),
        stage != TrainingStage.REWARD && start.tiedHead(),
        start.bosId(),
        start.eosIds(),
        start.padId(),
        start.diffusion());
  }

  private static ModelConfig.Purpose purpose(TrainingStage stage) {
    return switch (stage) {
      case AUTOREGRESSIVE -> ModelConfig.Purpose.CAUSAL;
      case ADAPTATION, INSTRUCTION -> ModelConfig.Purpose.DIFFUSION;
      case REWARD -> ModelConfig.Purpose.REWARD;
    };
  }

  static void check(TrainingConfig config, ModelConfig model) {
    if (config.sequenceLength() > model.maxPositions()) {
      throw new IllegalArgumentException(
          "sequence length must be at most the model's longest, %d, but is: %d"
              .formatted(model.maxPositions(), config.sequenceLength()));
    }
  }
}
