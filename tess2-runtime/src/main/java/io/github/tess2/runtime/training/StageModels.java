package io.github.tess2.runtime.training;

import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.DiffusionConfig;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.ModelConfigBuilder;
import io.github.tess2.runtime.checkpoint.ModelFamily;
import io.github.tess2.runtime.checkpoint.PaddedTokenizer;
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

/** The kind of model that a stage produces, given its start. */
final class StageModels {
  /**
   * The beginning of the names of self-conditioning modes that draw a token from the prediction.
   */
  private static final String PROJECTED = "logits_with_projection";

  private StageModels() {}

  /** A new model for a tokenizer's files, which may have gained a token since it was described. */
  static ModelConfig fresh(FreshModel fresh, Path files, TrainingStage stage) {
    TokenizerFolder tokenizer = TokenizerFolder.read(files);
    return ModelConfig.builder(ModelFamily.named("mistral"))
        .purpose(purpose(stage))
        .vocabularySize(tokenizer.size())
        .hiddenSize(fresh.hiddenSize())
        .intermediateSize(fresh.intermediateSize())
        .layers(fresh.layers())
        .heads(fresh.heads())
        .keyValueHeads(fresh.keyValueHeads())
        .headDimension(fresh.headDimension())
        .normEpsilon(1e-5)
        .maxPositions(fresh.maxLength())
        .ropeTheta(10000)
        .tiedHead(fresh.tiedHead())
        .bosId(OptionalInt.of(tokenizer.bosId()))
        .eosIds(List.of(tokenizer.eosId()))
        .padId(OptionalInt.of(tokenizer.padId()))
        .build();
  }

  static ModelConfig after(ModelConfig start, TrainingStage stage) {
    return after(start, null, stage);
  }

  /**
   * The model after a stage, with a vocabulary that includes the padding token if one was added to
   * the tokenizer.
   */
  static ModelConfig after(
      ModelConfig start, @Nullable PaddedTokenizer padded, TrainingStage stage) {
    ModelConfigBuilder after =
        start.toBuilder()
            .purpose(purpose(stage))
            .tiedHead(stage != TrainingStage.REWARD && start.tiedHead());
    if (padded != null) {
      after
          .vocabularySize(Math.max(start.vocabularySize(), padded.size()))
          .padId(OptionalInt.of(padded.padId()));
    }
    return after.build();
  }

  private static ModelConfig.Purpose purpose(TrainingStage stage) {
    return switch (stage) {
      case AUTOREGRESSIVE -> ModelConfig.Purpose.CAUSAL;
      case ADAPTATION, INSTRUCTION -> ModelConfig.Purpose.DIFFUSION;
      case REWARD -> ModelConfig.Purpose.REWARD;
    };
  }

  /**
   * Checks that a stage can continue from a checkpoint: it has all its tensors, and no setting that
   * training does not support.
   *
   * @throws CheckpointException if not; the message names the file, the part of it, the rule and
   *     the value
   */
  static void checkStart(Checkpoint checkpoint, TrainingStage stage) {
    ModelConfig start = checkpoint.config();
    requireForStage(
        start.masked().isEmpty(),
        checkpoint,
        "model_type must not be that of a masked diffusion model for stage " + stage,
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
    // A base that is not adapted yet has no timestep embedding, and need not name its class.
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
