package io.github.tess2.runtime.generation;

import java.util.concurrent.Executor;

/** A caller with an id that ignores all events. */
record Nobody(long id) implements Caller {
  Nobody() {
    this(0);
  }

  @Override
  public Executor executor() {
    return Runnable::run;
  }

  @Override
  public void listened(Job job) {}

  @Override
  public void ended(Job job) {}

  @Override
  public void interrupted(Job job) {}
}
