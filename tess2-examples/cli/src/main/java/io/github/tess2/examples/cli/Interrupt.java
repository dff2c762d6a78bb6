package io.github.tess2.examples.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish of the system that the process end (Ctrl-C, a signal to terminate), while there is work
 * that should end in good order first.
 */
final class Interrupt implements AutoCloseable {
  /** A step of a large model on a slow machine takes long, but not this long. */
  private static final long GRACE_SECONDS = 60;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "tess2-interrupt");
  private volatile boolean requested;

  private Interrupt() {}

  /** Begins to listen. */
  static Interrupt listen() {
    Interrupt interrupt = new Interrupt();
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  /** Whether the work should stop. */
  boolean requested() {
    return requested;
  }

  private void stop() {
    requested = true;
    try {
      // The JVM halts when its hooks have returned, so this one returns when the work is done.
      if (!done.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("tess2: not finished after " + GRACE_SECONDS + " s, ending anyway");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says that the work is done. */
  @Override
  public void close() {
    done.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM has begun to end just now; the hook finds the work done.
        requested = true;
      }
    }
  }
}
