package io.github.tess2.examples.cli;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.Immutable;
import io.github.tess2.training.LearningRate.Shape;
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
      new Settings(4000, 32, 2e-3, 200, Shape.COSINE)),
  /** Diffusion adaptation of the base. */
  ADAPTATION(
      TrainingStage.ADAPTATION,
      BASE,
      ImmutableList.of("text.jsonl"),
      "text-held-out.jsonl",
      new Settings(2000, 32, 1.5e-3, 100, Shape.CONSTANT)),
  /** The longer part of the instruction tuning, on sequences with little padding. */
  SHORT(
      TrainingStage.INSTRUCTION,
      ADAPTATION,
      ImmutableList.of("train-short.jsonl", "statements.jsonl"),
      "held-out-short.jsonl",
      new Settings(25500, 32, 1.5e-3, 50, Shape.CONSTANT)),
  /** The rest of the instruction tuning, on sequences of full length. */
  INSTRUCTION(
      TrainingStage.INSTRUCTION,
      SHORT,
      ImmutableList.of("train.jsonl", "statements.jsonl"),
      "held-out.jsonl",
      new Settings(20300, 32, 1.5e-3, 20, Shape.COSINE)),
  /** The reward model, from the base. */
  REWARD(
      TrainingStage.REWARD,
      BASE,
      ImmutableList.of("preferences.jsonl"),
      "preferences-held-out.jsonl",
      new Settings(1800, 32, 6e-4, 50, Shape.COSINE));

  /**
   * What the command line can change for each stage.
   *
   * @param steps optimizer steps
   * @param batchSize sequences, or pairs
   * @param learningRate the highest
   * @param warmup steps until it is reached
   * @param shape how it runs from there; not to be changed
   */
  @Immutable
  record Settings(int steps, int batchSize, double learningRate, int warmup, Shape shape) {}

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

  /** Tokens in its sequences, of the model's longest. */
  int sequenceLength(int longest, int shorter) {
    return this == SHORT ? shorter : longest;
  }

  /** Its name on the command line, and of its folder. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
