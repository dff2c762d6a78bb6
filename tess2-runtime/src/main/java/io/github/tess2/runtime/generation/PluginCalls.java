package io.github.tess2.runtime.generation;

import org.jspecify.annotations.Nullable;

/**
 * Runs the work of one request in a step that may call plugins. It runs with the context class
 * loader of the request's caller, a failure ends only this request, and interrupts pass between the
 * thread of the steps and the caller in both directions.
 */
final class PluginCalls {
  private final RequestState request;
  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
  private @Nullable Thread working;
  private boolean interrupted;

  /** Must be created on the thread of the caller. */
  PluginCalls(RequestState request) {
    this.request = request;
  }

  /** Runs a piece of work; anything that it throws fails the request. */
  void run(Runnable work) {
    Thread thread = Thread.currentThread();
    ClassLoader own = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    synchronized (this) {
      working = thread;
    }
    try {
      work.run();
    } catch (Throwable e) {
      request.fail(e);
    } finally {
      synchronized (this) {
        working = null;
        interrupted |= Thread.interrupted();
      }
      thread.setContextClassLoader(own);
    }
  }

  /** Whether a plugin has interrupted its thread since the last call. */
  boolean wasInterrupted() {
    boolean was = interrupted;
    interrupted = false;
    return was;
  }

  /** Interrupts the running work, in which a plugin may be waiting for something. */
  synchronized void interrupt() {
    if (working != null) {
      working.interrupt();
    }
  }
}
