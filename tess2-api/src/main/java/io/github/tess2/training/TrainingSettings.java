package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The values of a {@link TrainingConfig} and its builder, their defaults, and the checks across
 * them.
 */
final class TrainingSettings {
  final TrainingStage stage;
  @Nullable Path startFrom;
  @Nullable FreshModel fresh;
  ImmutableList<Path> data = ImmutableList.of();
  ImmutableList<Path> evaluationData = ImmutableList.of();
  @Nullable Path output;
  int steps = 1000;
  int batchSize = 32;
  int accumulation = 1;
  int sequenceLength = 256;
  LearningRate learningRate = LearningRate.constant(1e-5);
  AdamW optimizer = AdamW.DEFAULT;
  @Nullable Lora lora;
  long seed;
  Precision precision = Precision.AUTO;
  ComputeDevice device = ComputeDevice.AUTO;
  OptionalInt threads = OptionalInt.empty();
  @Nullable String runtime;
  int checkpointEvery = 1000;
  int evaluateEvery;
  double noisyShare;
  Conventions conventions = Conventions.DEFAULT;

  TrainingSettings(TrainingStage stage) {
    this.stage = requireNonNull(stage, "stage");
  }

  /**
   * Copies the settings, so that further changes to a builder do not affect configurations that it
   * has built.
   */
  TrainingSettings(TrainingSettings other) {
    this.stage = other.stage;
    this.startFrom = other.startFrom;
    this.fresh = other.fresh;
    this.data = other.data;
    this.evaluationData = other.evaluationData;
    this.output = other.output;
    this.steps = other.steps;
    this.batchSize = other.batchSize;
    this.accumulation = other.accumulation;
    this.sequenceLength = other.sequenceLength;
    this.learningRate = other.learningRate;
    this.optimizer = other.optimizer;
    this.lora = other.lora;
    this.seed = other.seed;
    this.precision = other.precision;
    this.device = other.device;
    this.threads = other.threads;
    this.runtime = other.runtime;
    this.checkpointEvery = other.checkpointEvery;
    this.evaluateEvery = other.evaluateEvery;
    this.noisyShare = other.noisyShare;
    this.conventions = other.conventions;
  }

  /** Checks rules that involve more than one option. */
  void check() {
    if ((startFrom == null) == (fresh == null)) {
      throw new IllegalArgumentException(
          "a run must have either startFrom or fresh, but has: "
              + (fresh == null ? "neither" : "both"));
    }
    if (data.isEmpty()) {
      throw new IllegalArgumentException("a run must have data, but has no file");
    }
    if (output == null) {
      throw new IllegalArgumentException("a run must have an output folder, but has none");
    }
    if (evaluateEvery > 0 && evaluationData.isEmpty()) {
      throw new IllegalArgumentException(
          "evaluating every " + evaluateEvery + " steps needs evaluation data, but there is none");
    }
    if (lora != null && fresh != null) {
      throw new IllegalArgumentException(
          "LoRA needs a model to start from, but the run begins with fresh weights");
    }
    if (noisyShare > 0 && stage != TrainingStage.REWARD) {
      throw new IllegalArgumentException(
          "a noisy share is for stage REWARD only, but the stage is: " + stage);
    }
    conventions.check(stage, noisyShare);
  }
}
