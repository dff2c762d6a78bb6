package io.github.tess2.examples.cli;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.Immutable;
import io.github.tess2.training.LearningRate;
import io.github.tess2.training.TrainingStage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The stages of the shipped model's recipe, in order, with its settings as defaults. */
enum RecipeStage {
  /** The autoregressive base. */
  BASE(
      TrainingStage.AUTOREGRESSIVE,
      null,
      ImmutableList.of("text.jsonl"),
      "text-held-out.jsonl",
      new Settings(600, 64, 3e-3, 60)),
  /** Diffusion adaptation of the base. */
  ADAPTATION(
      TrainingStage.ADAPTATION,
      BASE,
      ImmutableList.of("text.jsonl"),
      "text-held-out.jsonl",
      new Settings(700, 64, 2e-3, 70)),
  /** Instruction tuning of the adapted model. */
  INSTRUCTION(
      TrainingStage.INSTRUCTION,
      ADAPTATION,
      ImmutableList.of("train.jsonl", "text.jsonl"),
      "held-out.jsonl",
      new Settings(3800, 64, 2e-3, 100)),
  /** The reward model, from the base. */
  REWARD(
      TrainingStage.REWARD,
      BASE,
      ImmutableList.of("preferences.jsonl"),
      "preferences-held-out.jsonl",
      new Settings(600, 32, 1e-3, 60));

  /** How all stages' rates run after the warm-up. */
  static final LearningRate.Shape SHAPE = LearningRate.Shape.COSINE;

  /**
   * What the command line can change for each stage.
   *
   * @param steps optimizer steps
   * @param batchSize sequences, or pairs
   * @param learningRate the highest
   * @param warmup steps until it is reached
   */
  @Immutable
  record Settings(int steps, int batchSize, double learningRate, int warmup) {}

  private final TrainingStage stage;
  private final @Nullable RecipeStage before;
  private final ImmutableList<String> data;
  private final String heldOut;
  private final Settings settings;

  RecipeStage(
      TrainingStage stage,
      @Nullable RecipeStage before,
      ImmutableList<String> data,
      String heldOut,
      Settings settings) {
    this.stage = stage;
    this.before = before;
    this.data = data;
    this.heldOut = heldOut;
    this.settings = settings;
  }

  TrainingStage stage() {
    return stage;
  }

  /** The stage whose model this one starts from; null for random weights. */
  @Nullable RecipeStage before() {
    return before;
  }

  /** Its files among those that the command data writes. */
  ImmutableList<String> data() {
    return data;
  }

  String heldOut() {
    return heldOut;
  }

  Settings settings() {
    return settings;
  }

  /** Its name on the command line, and of its folder. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
