package io.github.tess2.runtime.generation;

import java.util.concurrent.Executor;

/** A sender of requests, who is notified of their progress. */
interface Caller {
  /** Identifies the caller: callers share a model evenly. */
  long id();

  /** The executor on which listeners run. */
  Executor executor();

  /**
   * Called on the listener's thread when a listener has returned; its request may continue when
   * this returns.
   */
  void listened(Job job);

  /**
   * Called when a request has ended and freed its memory. Runs on the thread that ended it, so it
   * must only pass on the information.
   */
  void ended(Job job);

  /**
   * Called when a plugin has interrupted the thread of the steps, which means to interrupt the
   * caller.
   */
  void interrupted(Job job);
}
