package io.github.tess2.runtime.training;

import io.github.tess2.Precision;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.training.FreshModel;
import io.github.tess2.training.LearningRate;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingStage;
import java.nio.file.Path;

/**
 * Makes runs that take milliseconds for each step, with the tokenizer of the oracle's checkpoints.
 */
public final class TinyRun {
  private TinyRun() {}

  /** Twelve steps of two passes from random weights, with a checkpoint every three. */
  public static TrainingConfig.Builder builder(TrainingStage stage, Path data, Path output) {
    return TrainingConfig.builder(stage)
        .fresh(shape(Goldens.checkpoint("mistral")))
        .data(data)
        .output(output)
        .steps(12)
        .batchSize(3)
        .accumulation(2)
        .sequenceLength(32)
        .learningRate(
            LearningRate.builder(1e-3).warmupSteps(2).shape(LearningRate.Shape.COSINE).build())
        .precision(Precision.FP32)
        .checkpointEvery(3)
        .seed(9);
  }

  /** The smallest model that a tokenizer can have. */
  static FreshModel shape(Path tokenizer) {
    return FreshModel.builder(tokenizer)
        .hiddenSize(32)
        .layers(2)
        .heads(4)
        .keyValueHeads(2)
        .headDimension(8)
        .intermediateSize(48)
        .maxLength(64)
        .build();
  }

  /** Training data for the stage. */
  public static Path data(TrainingStage stage, Path folder) {
    return Data.write(
        folder.resolve(stage + ".jsonl"),
        switch (stage) {
          case AUTOREGRESSIVE, ADAPTATION ->
              new String[] {
                Data.text("The capital of Italy is Rome."),
                Data.text("What is 12 times 3? The answer is 36, of course, as ever."),
                Data.text("Paris")
              };
          case INSTRUCTION ->
              new String[] {
                Data.chat("What is 8 + 9?", "17"),
                Data.text("The capital of Italy is Rome."),
                Data.chat("The capital of France?", "Paris")
              };
          case REWARD ->
              new String[] {
                Data.pair("What is 8 + 9?", "17", "18"), Data.pair("France?", "Paris", "Rome it is")
              };
        });
  }
}
