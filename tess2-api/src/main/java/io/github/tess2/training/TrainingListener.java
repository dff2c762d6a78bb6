package io.github.tess2.training;

/** Follows a run. Called on the training thread. */
@FunctionalInterface
public interface TrainingListener {
  /** Whether to go on. */
  enum Signal {
    /** Run the next step. */
    CONTINUE,
    /** Write a checkpoint and stop: the run can be resumed. */
    STOP
  }

  /**
   * Called after every optimizer step.
   *
   * @param progress where the run stands
   * @return whether to go on
   */
  Signal onStep(TrainingProgress progress);

  /**
   * Called while all lines of the data are read and checked, before the first step: every few
   * thousand lines, and after the last of the training data and of the evaluation data.
   *
   * @param progress how far the check is
   * @return whether to go on; by default it does
   */
  default Signal onDataCheck(DataProgress progress) {
    return Signal.CONTINUE;
  }
}
