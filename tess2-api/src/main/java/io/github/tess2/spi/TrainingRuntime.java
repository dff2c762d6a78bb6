package io.github.tess2.spi;

import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener;
import io.github.tess2.training.TrainingResult;

/** Trains models. {@link io.github.tess2.training.Trainer} delegates to it. */
public interface TrainingRuntime extends Plugin {
  /**
   * Trains on the calling thread.
   *
   * @param config the run
   * @param listener called after every step
   * @return the result of the run
   */
  TrainingResult train(TrainingConfig config, TrainingListener listener);
}
