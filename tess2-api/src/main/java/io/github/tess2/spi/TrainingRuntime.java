package io.github.tess2.spi;

import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener;
import io.github.tess2.training.TrainingResult;

/** Trains models: what {@link io.github.tess2.training.Trainer} delegates to. */
public interface TrainingRuntime extends Plugin {
  /**
   * Trains on the calling thread.
   *
   * @param config what to do
   * @param listener told after every step
   * @return what the run leaves
   */
  TrainingResult train(TrainingConfig config, TrainingListener listener);
}
