package io.github.tess2.runtime.training;

import io.github.tess2.runtime.checkpoint.DiffusionConfig;
import io.github.tess2.training.TrainingConfig;
import org.jspecify.annotations.Nullable;

/**
 * The data of a run. The creator closes it.
 *
 * @param lines the training data
 * @param heldOut the evaluation data, if any
 * @param reader turns lines into examples
 * @param padId the padding token
 */
record RunData(DataLines lines, @Nullable DataLines heldOut, ExampleReader reader, int padId) {
  /** Makes the batches of the training data. */
  BatchMaker batches(TrainingConfig config, DiffusionConfig diffusion) {
    return batches(config, diffusion, lines, config.seed());
  }

  /** Prepares the evaluation; null without evaluation data. */
  @Nullable Evaluation evaluation(TrainingConfig config, DiffusionConfig diffusion, Losses losses) {
    return heldOut == null
        ? null
        : new Evaluation(
            losses, batches(config, diffusion, heldOut, Evaluation.SEED), heldOut.count());
  }

  private BatchMaker batches(
      TrainingConfig config, DiffusionConfig diffusion, DataLines from, long seed) {
    Sequences sequences = new Sequences(from, reader, config.sequenceLength());
    return new BatchMaker(config, diffusion, sequences, padId, seed);
  }
}
