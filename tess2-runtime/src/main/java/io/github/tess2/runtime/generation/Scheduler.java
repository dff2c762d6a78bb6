package io.github.tess2.runtime.generation;

import io.github.tess2.Activity;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that runs the steps of a model: a daemon named {@code tess2-generate}, which exists
 * while there is work.
 */
final class Scheduler {
  /** Lets a thread wait for requests that follow one another. */
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  private final Batcher batcher;
  private final int maxWaiting;
  private volatile @Nullable Thread thread;

  /**
   * Creates a scheduler without requests.
   *
   * @param maxWaiting the greatest number of requests that may wait for their first step
   */
  Scheduler(Batcher batcher, int maxWaiting) {
    this.batcher = batcher;
    this.maxWaiting = maxWaiting;
  }

  /**
   * Accepts requests, which run from the next step on.
   *
   * @throws io.github.tess2.GenerationRejectedException if too many wait; then none is accepted
   */
  void submit(List<Job> jobs) {
    batcher.add(jobs, maxWaiting, this::ensureThread);
  }

  private void ensureThread() {
    if (thread == null) {
      // Inherits nothing from the first caller, whose classes could otherwise not be unloaded.
      Thread worker = new Thread(null, this::work, "tess2-generate", 0, false);
      worker.setDaemon(true);
      worker.setContextClassLoader(Scheduler.class.getClassLoader());
      thread = worker;
      worker.start();
    }
  }

  private void work() {
    boolean more = true;
    while (more) {
      try {
        more = batcher.step(IDLE_NANOS, () -> thread = null);
      } catch (Throwable e) {
        // Failures of requests are caught earlier. Callers wait for this thread, so it must
        // continue.
        LOG.error("the thread of the steps has failed and continues", e);
      }
    }
  }

  /** Whether the caller runs on the thread of the steps, as a plugin within a step does. */
  boolean isOnItsThread() {
    return Thread.currentThread() == thread;
  }

  /**
   * Runs a plugin's requests to their end within the current step, which cannot wait for the next.
   */
  void runWithin(List<Job> jobs) {
    Batcher nested = batcher.nested();
    nested.add(jobs, Integer.MAX_VALUE, () -> {});
    while (nested.step(0, () -> {})) {
      // Runs the next step.
    }
  }

  /** Ends requests that nobody waits for any more. */
  void abandon(List<Job> jobs) {
    batcher.abandon(jobs);
  }

  Activity activity() {
    return batcher.activity();
  }
}
