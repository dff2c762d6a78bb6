package io.github.tess2.runtime.generation;

import java.util.concurrent.Executor;

/** Who has sent requests, and is told how they go on. */
interface Caller {
  /** Tells callers apart: they share a model evenly. */
  long id();

  /** Where listeners run. */
  Executor executor();

  /** A listener has returned, on its own thread; its request may go on when this returns. */
  void told(Job job);

  /**
   * A request has ended and freed what it held. Called on whichever thread ended it, so it only
   * passes the word on.
   */
  void ended(Job job);

  /** A plugin has interrupted the thread of the steps, which is its way to interrupt its caller. */
  void interrupted(Job job);
}
