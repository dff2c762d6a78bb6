package io.github.tess2.runtime.training;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/** The loss on held-out data: always the same batches, with the same noise. */
final class Evaluation {
  /** Not the run's seed, because the evaluated batches must not change with it. */
  static final long SEED = 0x6576616cL;

  /** The greatest number of batches in an evaluation; fewer if there is less data. */
  private static final int MOST_BATCHES = 8;

  private final Losses losses;
  private final List<TrainingBatch> batches = new ArrayList<>();

  Evaluation(Losses losses, BatchMaker maker, int lines) {
    this.losses = losses;
    int count = Math.min(MOST_BATCHES, Math.max(1, lines / maker.size()));
    for (int i = 0; i < count; i++) {
      batches.add(maker.make(i, 0));
    }
  }

  /** The mean loss over the batches. */
  double loss(NDManager manager) {
    return batches.stream()
        .mapToDouble(batch -> losses.loss(manager, batch))
        .average()
        .orElseThrow();
  }
}
