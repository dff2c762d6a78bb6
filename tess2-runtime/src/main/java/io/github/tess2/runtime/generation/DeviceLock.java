package io.github.tess2.runtime.generation;

import io.github.tess2.runtime.engine.ExitGate;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread at a time work on the device, until the model is closed. All native work on a
 * model's tensors is done in a turn, so that none is running while they are freed.
 */
final class DeviceLock {
  private final ReentrantLock lock = new ReentrantLock(true);
  private volatile boolean closed;

  /**
   * Waits for a turn and runs a piece of work in it.
   *
   * @throws IllegalStateException if the model is closed or the JVM is ending
   */
  void take(Runnable work) {
    lock.lock();
    try {
      checkOpen();
      ExitGate.pass(
          () -> {
            work.run();
            return true;
          });
    } finally {
      lock.unlock();
    }
  }

  /** Ends all turns: waits for the current one, then frees the model, once. */
  void close(Runnable free) {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        free.run();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean closed() {
    return closed;
  }

  /** Throws {@link IllegalStateException} if the model is closed. */
  void checkOpen() {
    if (closed) {
      throw closedBy(null);
    }
  }

  /** The exception for use after close. */
  static IllegalStateException closedBy(@Nullable Throwable cause) {
    return new IllegalStateException("this DiffusionLM is closed", cause);
  }
}
