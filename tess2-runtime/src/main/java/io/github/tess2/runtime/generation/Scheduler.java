package io.github.tess2.runtime.generation;

import io.github.tess2.Activity;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that runs the steps of a model: a daemon named {@code tess2-generate}, which is there
 * while there is something to do.
 */
final class Scheduler {
  /** So that requests that follow one another find a thread. */
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  private final Batcher batcher;
  private final int maxWaiting;
  private volatile @Nullable Thread thread;

  /**
   * Creates one without requests.
   *
   * @param maxWaiting requests that may wait for their first step
   */
  Scheduler(Batcher batcher, int maxWaiting) {
    this.batcher = batcher;
    this.maxWaiting = maxWaiting;
  }

  /**
   * Takes requests, to run them from the next step on.
   *
   * @throws io.github.tess2.GenerationRejectedException if too many wait; none is taken then
   */
  void submit(List<Job> jobs) {
    batcher.add(jobs, maxWaiting, this::ensureThread);
  }

  private void ensureThread() {
    if (thread == null) {
      // Inherits nothing of whoever happened to call first, whose code could not be unloaded else.
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
        // What fails a request is caught before. Callers wait for this thread: it must go on.
        LOG.error("the thread of the steps has failed, and goes on", e);
      }
    }
  }

  /** Whether the calling thread is that of the steps: a plugin's, in the midst of one. */
  boolean isOnItsThread() {
    return Thread.currentThread() == thread;
  }

  /** Runs requests of a plugin to their end within its step, which cannot wait for the next. */
  void runWithin(List<Job> jobs) {
    Batcher nested = batcher.nested();
    nested.add(jobs, Integer.MAX_VALUE, () -> {});
    while (nested.step(0, () -> {})) {
      // The next.
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
