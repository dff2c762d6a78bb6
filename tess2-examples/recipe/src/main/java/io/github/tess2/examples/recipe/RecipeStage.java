package io.github.tess2.examples.recipe;

import com.google.common.collect.ImmutableList;
import io.github.tess2.training.TrainingStage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The stages of the recipe, in order. */
public enum RecipeStage {
  /** The autoregressive base. */
  BASE(
      TrainingStage.AUTOREGRESSIVE,
      null,
      ImmutableList.of("text.jsonl", "text-open.jsonl"),
      "text-held-out.jsonl"),
  /** Diffusion adaptation of the base. */
  ADAPTATION(
      TrainingStage.ADAPTATION,
      BASE,
      ImmutableList.of("text.jsonl", "text-open.jsonl"),
      "text-held-out.jsonl"),
  /** The longer part of the instruction tuning, on sequences with little padding. */
  SHORT(
      TrainingStage.INSTRUCTION,
      ADAPTATION,
      ImmutableList.of("train-short.jsonl", "statements.jsonl"),
      "held-out-short.jsonl"),
  /** The rest of the instruction tuning, on sequences of full length. */
  INSTRUCTION(
      TrainingStage.INSTRUCTION,
      SHORT,
      ImmutableList.of("train.jsonl", "train-open.jsonl", "statements.jsonl"),
      "held-out.jsonl",
      "held-out-open.jsonl"),
  /** The reward model, trained from the base. */
  REWARD(
      TrainingStage.REWARD,
      BASE,
      ImmutableList.of("preferences.jsonl", "preferences-open.jsonl"),
      "preferences-held-out.jsonl",
      "preferences-open-held-out.jsonl");

  private final TrainingStage stage;
  private final @Nullable RecipeStage before;
  private final ImmutableList<String> data;
  private final ImmutableList<String> heldOut;

  RecipeStage(
      TrainingStage stage,
      @Nullable RecipeStage before,
      ImmutableList<String> data,
      String... heldOut) {
    this.stage = stage;
    this.before = before;
    this.data = data;
    this.heldOut = ImmutableList.copyOf(heldOut);
  }

  public TrainingStage stage() {
    return stage;
  }

  /** The stage whose model this one starts from; null for random weights. */
  public @Nullable RecipeStage before() {
    return before;
  }

  /** The stage's training files, from those that the command data writes. */
  public ImmutableList<String> data() {
    return data;
  }

  /** The stage's files of held-out data. */
  public ImmutableList<String> heldOut() {
    return heldOut;
  }

  /** Tokens of the stage's sequences. */
  public int sequenceLength(int longest, int shorter) {
    return this == SHORT ? shorter : longest;
  }

  /** The stage's name on the command line, which is also the name of its folder. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
