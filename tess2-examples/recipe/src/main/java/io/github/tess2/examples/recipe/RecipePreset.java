package io.github.tess2.examples.recipe;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.Immutable;
import io.github.tess2.training.LearningRate.Shape;

/**
 * The machine that a recipe is meant for. It decides how large the model is, how long it is
 * trained, and in which batch sizes.
 */
public enum RecipePreset {
  /** For one core; takes hours. */
  CPU(
      ImmutableMap.of(
          RecipeStage.BASE,
          new StageSettings(4000, 32, 2e-3, 200, Shape.COSINE),
          RecipeStage.ADAPTATION,
          new StageSettings(2000, 32, 1.5e-3, 100, Shape.CONSTANT),
          RecipeStage.SHORT,
          new StageSettings(25500, 32, 1.5e-3, 50, Shape.CONSTANT),
          RecipeStage.INSTRUCTION,
          new StageSettings(20300, 32, 1.5e-3, 20, Shape.COSINE),
          RecipeStage.REWARD,
          new StageSettings(1800, 32, 6e-4, 50, Shape.COSINE)),
      0,
      ImmutableList.of(
          "--train=1000000", "--text=700000", "--preferences=60000", "--open-train=500000"),
      ImmutableMap.of()),
  /**
   * For one GPU; takes minutes. On a GPU a step with a few hundred sequences takes hardly longer
   * than one with thirty, so batches are large. The shipped model was trained with this preset.
   */
  GPU(
      ImmutableMap.of(
          RecipeStage.BASE,
          new StageSettings(1000, 256, 1.5e-3, 150, Shape.COSINE),
          RecipeStage.ADAPTATION,
          new StageSettings(450, 256, 1.5e-3, 100, Shape.CONSTANT),
          RecipeStage.SHORT,
          new StageSettings(2600, 256, 1.5e-3, 50, Shape.CONSTANT),
          RecipeStage.INSTRUCTION,
          new StageSettings(8975, 256, 1.5e-3, 50, Shape.COSINE),
          RecipeStage.REWARD,
          new StageSettings(1000, 128, 1e-3, 80, Shape.COSINE)),
      0.3,
      ImmutableList.of(
          "--train=550000", "--text=150000", "--preferences=40000", "--open-train=450000"),
      ImmutableMap.of(
          "--hidden-size", 320,
          "--layers", 8,
          "--heads", 10,
          "--key-value-heads", 5,
          "--intermediate-size", 608));

  /**
   * The settings that the command line can change for each stage.
   *
   * @param steps optimizer steps
   * @param batchSize sequences in a batch; pairs for the reward model
   * @param learningRate the highest learning rate
   * @param warmup steps until the learning rate reaches its highest value
   * @param shape how the learning rate changes after the warmup; not configurable
   */
  @Immutable
  public record StageSettings(
      int steps, int batchSize, double learningRate, int warmup, Shape shape) {}

  /** Data options for the tasks with many right answers, for both presets. */
  private static final ImmutableList<String> OPEN_DATA =
      ImmutableList.of("--open-text=100000", "--open-preferences=60000");

  private final ImmutableMap<RecipeStage, StageSettings> settings;
  private final double noisyShare;
  private final ImmutableList<String> data;
  private final ImmutableMap<String, Integer> shape;

  RecipePreset(
      ImmutableMap<RecipeStage, StageSettings> settings,
      double noisyShare,
      ImmutableList<String> data,
      ImmutableMap<String, Integer> shape) {
    this.settings = settings;
    this.noisyShare = noisyShare;
    this.data = data;
    this.shape = shape;
  }

  /** Returns the settings of a stage. */
  public StageSettings settings(RecipeStage stage) {
    return requireNonNull(settings.get(stage));
  }

  /** The share of the reward model's pairs that have noisy answers. */
  public double noisyShare() {
    return noisyShare;
  }

  /** Options of the command data: how many items the model is trained on. */
  public ImmutableList<String> data() {
    return ImmutableList.<String>builder().addAll(data).addAll(OPEN_DATA).build();
  }

  /** Options of the shape of a fresh model that differ from the defaults. */
  public ImmutableMap<String, Integer> shape() {
    return shape;
  }
}
