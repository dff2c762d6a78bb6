package io.github.tess2.runtime.training;

import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.DiffusionConfig;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.ModelFamily;
import io.github.tess2.runtime.checkpoint.PaddedTokenizer;
import io.github.tess2.runtime.checkpoint.RopeScaling;
import io.github.tess2.runtime.checkpoint.TokenizerFolder;
import io.github.tess2.runtime.checkpoint.WeightLayout;
import io.github.tess2.training.FreshModel;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingStage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What kind of model a stage leaves, given what it begins with. */
final class StageModels {
  /** How the names of the self-conditioning modes begin that draw a token of the prediction. */
  private static final String PROJECTED = "logits_with_projection";

  private StageModels() {}

  /**
   * A fresh model for a tokenizer's files, which may have grown by a token since it was described.
   */
  static ModelConfig fresh(FreshModel fresh, Path files, TrainingStage stage) {
    TokenizerFolder tokenizer = TokenizerFolder.read(files);
    return new ModelConfig(
        ModelFamily.named("mistral"),
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
        OptionalInt.of(tokenizer.bosId()),
        List.of(tokenizer.eosId()),
        OptionalInt.of(tokenizer.padId()),
        DiffusionConfig.TESS2);
  }

  static ModelConfig after(ModelConfig start, TrainingStage stage) {
    return after(start, null, stage);
  }

  /** With a vocabulary that holds the token a tokenizer has been padded with, if one has. */
  static ModelConfig after(
      ModelConfig start, @Nullable PaddedTokenizer padded, TrainingStage stage) {
    return new ModelConfig(
        start.family(),
        purpose(stage),
        padded == null ? start.vocabularySize() : Math.max(start.vocabularySize(), padded.size()),
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
        padded == null ? start.padId() : OptionalInt.of(padded.padId()),
        start.diffusion());
  }

  private static ModelConfig.Purpose purpose(TrainingStage stage) {
    return switch (stage) {
      case AUTOREGRESSIVE -> ModelConfig.Purpose.CAUSAL;
      case ADAPTATION, INSTRUCTION -> ModelConfig.Purpose.DIFFUSION;
      case REWARD -> ModelConfig.Purpose.REWARD;
    };
  }

  /**
   * Checks that a stage can go on with a checkpoint: all its tensors are there, and no setting that
   * training does not compute.
   *
   * @throws CheckpointException where not, naming the file, the thing in it, the rule and the value
   */
  static void checkStart(Checkpoint checkpoint, TrainingStage stage) {
    ModelConfig start = checkpoint.config();
    requireForStage(
        start.masked().isEmpty(),
        checkpoint,
        "model_type must be that of a model that does not diffuse by masking for stage " + stage,
        start.family().modelType());
    if (start.isRewardModel()) {
      requireForStage(
          stage == TrainingStage.REWARD,
          checkpoint,
          "architectures must name a language model for stage " + stage,
          "a reward model, which has no head");
      checkpoint.requireRewardModel();
      return;
    }
    if (purpose(stage) == ModelConfig.Purpose.DIFFUSION) {
      checkDiffusion(checkpoint, stage);
    }
    // A base that is yet to be adapted has no timestep embedding, and need not say what it is.
    if (checkpoint.has(WeightLayout.TIME)) {
      checkpoint.requireDiffusionModel();
    } else {
      checkpoint.requireCausalModel();
    }
  }

  private static void checkDiffusion(Checkpoint checkpoint, TrainingStage stage) {
    DiffusionConfig diffusion = checkpoint.config().diffusion();
    requireForStage(
        diffusion.timestepEmbedding(),
        checkpoint,
        String.format(
            Locale.ROOT,
            "disable_timestep_embed must be false for stage %s, which trains the embedding",
            stage),
        "true");
    requireForStage(
        !diffusion.selfConditioning().startsWith(PROJECTED),
        checkpoint,
        "self_condition must be a mode without projection for stage " + stage,
        diffusion.selfConditioning());
    if (checkpoint.isCdcd()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: must hold no learned time warp (cdf.l_t, cdf.l_u) for stage %s, which does not train it, but holds one",
              checkpoint.folder(),
              stage));
    }
  }

  private static void requireForStage(
      boolean holds, Checkpoint checkpoint, String rule, String value) {
    if (!holds) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: %s, but is: %s",
              checkpoint.folder().resolve("config.json"),
              rule,
              value));
    }
  }

  static void check(TrainingConfig config, ModelConfig model) {
    if (config.sequenceLength() > model.maxPositions()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "sequence length must be at most the model's longest, %d, but is: %d",
              model.maxPositions(),
              config.sequenceLength()));
    }
  }
}
