package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import io.github.tess2.spi.Plugins;
import io.github.tess2.spi.TrainingRuntime;

/**
 * Runs training.
 *
 * <pre>{@code
 * TrainingResult tuned =
 *     Trainer.train(
 *         TrainingConfig.builder(TrainingStage.INSTRUCTION)
 *             .startFrom(Path.of("adapted"))
 *             .data(Path.of("train.jsonl"))
 *             .output(Path.of("tuned"))
 *             .steps(10_000)
 *             .build(),
 *         progress -> TrainingListener.Signal.CONTINUE);
 * }</pre>
 */
public final class Trainer {
  private Trainer() {}

  /**
   * Trains on the calling thread until all steps are done or the listener stops it. If the output
   * folder contains a checkpoint of an unfinished run with the same settings, that run continues,
   * with the same bits as if it had never stopped.
   *
   * @param config the run
   * @param listener called after every step
   * @return the result of the run
   * @throws io.github.tess2.CheckpointException if the model to start from cannot be loaded
   * @throws io.github.tess2.PluginException if the runtime is unknown, or several are installed and
   *     none is named
   * @throws io.github.tess2.Tess2Exception if the data has an invalid line (reported by file and
   *     line number) or a file cannot be written
   */
  public static TrainingResult train(TrainingConfig config, TrainingListener listener) {
    requireNonNull(config, "config");
    requireNonNull(listener, "listener");
    return Plugins.of(TrainingRuntime.class).namedOrOnly(config.runtime()).train(config, listener);
  }
}
