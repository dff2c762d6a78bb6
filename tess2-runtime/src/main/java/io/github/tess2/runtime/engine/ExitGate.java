package io.github.tess2.runtime.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Lets the process end only between two pieces of native work: PyTorch's libraries tear themselves
 * down as the JVM exits, and a thread that still computes in them then crashes it. Work that is
 * running at that time is waited for, up to {@value #PATIENCE_SECONDS} seconds; none begins any
 * more.
 */
public final class ExitGate {
  private static final int PATIENCE_SECONDS = 30;

  /** Read: working. Written: the process may end. Reads nest, for work in the midst of work. */
  private static final ReentrantReadWriteLock WORK = new ReentrantReadWriteLock();

  private static volatile boolean ending;

  static {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(ExitGate::shut, "tess2-exit"));
    } catch (IllegalStateException e) {
      // The JVM is ending already.
      ending = true;
    }
  }

  private ExitGate() {}

  /**
   * Does a piece of native work, such as one step.
   *
   * @param <T> what it computes
   * @param work done on this thread
   * @return what it computes
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

  /** {@return whether the JVM is ending, and long work should come to an end} */
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
