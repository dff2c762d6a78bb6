package io.github.tess2.runtime.generation;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of calls that nobody's thread runs: daemons named {@code tess2-generate-1} and so on,
 * at most {@value #THREADS}, none while there is nothing to do. Further calls wait in the order
 * they came, and take no native memory meanwhile.
 */
final class Background {
  /** Calls that take turns on the device; more would only make each of them slower. */
  static final int THREADS = 8;

  private static final int IDLE_SECONDS = 10;

  private final AtomicInteger number = new AtomicInteger();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          this::thread);

  Background() {
    threads.allowCoreThreadTimeOut(true);
  }

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work, "tess2-generate-" + number.incrementAndGet());
    thread.setDaemon(true);
    // Not that of whoever happened to call first: it would be kept from being unloaded.
    thread.setContextClassLoader(Background.class.getClassLoader());
    return thread;
  }

  /**
   * Has a call run as soon as there is a thread for it, or not at all where its answers are all
   * done before that.
   *
   * @param answers what it completes
   * @param call run under the context class loader of this thread
   * @throws IllegalStateException if this is closed
   */
  void execute(List<? extends CompletableFuture<?>> answers, Runnable call) {
    Call waiting = new Call(call, Thread.currentThread().getContextClassLoader());
    try {
      threads.execute(waiting);
    } catch (RejectedExecutionException e) {
      throw Turns.closedBy(e);
    }
    Runnable drop =
        () -> {
          if (!waiting.begun) {
            threads.remove(waiting);
          }
        };
    CompletableFuture<Void> unused =
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
            .whenComplete((nothing, failure) -> drop.run());
  }

  /** Takes no more calls; those that wait still run, to find the model closed. */
  void close() {
    threads.shutdown();
  }

  private static final class Call implements Runnable {
    private final Runnable work;
    private final ClassLoader loader;
    private volatile boolean begun;

    Call(Runnable work, ClassLoader loader) {
      this.work = work;
      this.loader = loader;
    }

    @Override
    public void run() {
      begun = true;
      Thread thread = Thread.currentThread();
      ClassLoader own = thread.getContextClassLoader();
      thread.setContextClassLoader(loader);
      try {
        work.run();
      } finally {
        thread.setContextClassLoader(own);
      }
    }
  }
}
