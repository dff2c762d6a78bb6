package io.github.tess2.runtime.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Lets the process end only between two pieces of native work. PyTorch's libraries shut down when
 * the JVM exits, and a thread that still computes in them would crash the process. So the exit
 * waits up to {@value #PATIENCE_SECONDS} seconds for running work, and no new work begins.
 */
public final class ExitGate {
  private static final int PATIENCE_SECONDS = 30;

  /**
   * The read lock is held while working, the write lock once the process may end. Read locks nest,
   * because work may contain other work.
   */
  private static final ReentrantReadWriteLock WORK = new ReentrantReadWriteLock();

  private static volatile boolean ending;

  static {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(ExitGate::shut, "tess2-exit"));
    } catch (IllegalStateException e) {
      // The JVM is already ending.
      ending = true;
    }
  }

  private ExitGate() {}

  /**
   * Runs a piece of native work, such as one step.
   *
   * @param <T> the type of the result
   * @param work the work, run on this thread
   * @return the result of the work
   * @throws IllegalStateException if the JVM is ending
   */
  public static <T> T pass(Supplier<T> work) {
    WORK.readLock().lock();
    try {
      if (ending) {
        throw new IllegalStateException("the JVM is ending");
      }
      return work.get();
    } finally {
      WORK.readLock().unlock();
    }
  }

  /** {@return whether the JVM is ending, so that long work should stop} */
  public static boolean isEnding() {
    return ending;
  }

  private static void shut() {
    ending = true;
    try {
      if (WORK.writeLock().tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        WORK.writeLock().unlock();
      }
    } catch (InterruptedException e) {
      // Somebody wants the process to end at once.
      Thread.currentThread().interrupt();
    }
  }
}
