package io.github.tess2.examples.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A request to end the process (Ctrl-C or a signal to terminate) while work is running that should
 * end in good order first.
 */
final class Interrupt implements AutoCloseable {
  /** Longer than a step of a large model takes on a slow machine. */
  private static final long GRACE_SECONDS = 60;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "tess2-interrupt");
  private volatile boolean requested;

  private Interrupt() {}

  /** Starts to listen for the request. */
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
      // The JVM halts once its hooks have returned, so this hook returns only when the work is
      // done.
      if (!done.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("tess2: not finished after " + GRACE_SECONDS + " s, ending anyway");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reports that the work is done. */
  @Override
  public void close() {
    done.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM has just begun to shut down. The hook sees that the work is done.
        requested = true;
      }
    }
  }
}
