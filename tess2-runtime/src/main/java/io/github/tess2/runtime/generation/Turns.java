package io.github.tess2.runtime.generation;

import io.github.tess2.runtime.engine.ExitGate;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn on the device it is: one thread's at a time, until the model is closed. All native
 * work on a model's tensors is done in a turn, so that none goes on while they are freed.
 */
final class Turns {
  private final ReentrantLock lock = new ReentrantLock(true);
  private volatile boolean closed;

  /**
   * Waits for a turn and does a piece of work in it.
   *
   * @throws IllegalStateException if the model is closed, or the JVM ends
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

  /** Ends all turns: waits for the one that is taken, then frees what they work on, once. */
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

  /** What use after close is answered with. */
  static IllegalStateException closedBy(@Nullable Throwable cause) {
    return new IllegalStateException("this DiffusionLM is closed", cause);
  }
}
