package io.github.tess2.training;

/** Observes a training run. Called on the training thread. */
@FunctionalInterface
public interface TrainingListener {
  /** Whether to continue. */
  enum Signal {
    /** Run the next step. */
    CONTINUE,
    /** Write a checkpoint and stop; the run can be resumed. */
    STOP
  }

  /**
   * Called after every optimizer step.
   *
   * @param progress the run's progress
   * @return whether to continue
   */
  Signal onStep(TrainingProgress progress);

  /**
   * Called while all lines of the data are read and checked before the first step: every few
   * thousand lines, and after the last line of the training data and of the evaluation data.
   *
   * @param progress the progress of the check
   * @return whether to continue; the default implementation continues
   */
  default Signal onDataCheck(DataProgress progress) {
    return Signal.CONTINUE;
  }
}
