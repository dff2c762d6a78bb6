package io.github.tess2.runtime.generation;

import io.github.tess2.GenerationInterruptedException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/** A caller whose thread waits for its answers and runs its listener while it waits. */
final class WaitingCaller implements Caller {
  private final Scheduler scheduler;
  private final Thread thread = Thread.currentThread();
  private final boolean within;
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private List<Job> jobs = List.of();
  private int running;

  /** Must be created on its thread. */
  WaitingCaller(Scheduler scheduler) {
    this.scheduler = scheduler;
    this.within = scheduler.isOnItsThread();
  }

  /**
   * Runs requests until all have ended, in whatever way.
   *
   * @throws io.github.tess2.GenerationRejectedException if too many wait
   * @throws GenerationInterruptedException if this thread is interrupted before all have ended; it
   *     stays interrupted
   */
  void run(List<Job> requests) {
    if (thread.isInterrupted()) {
      throw new GenerationInterruptedException(null);
    }
    jobs = requests;
    running = requests.size();
    if (within) {
      scheduler.runWithin(requests);
    } else {
      scheduler.submit(requests);
      await();
    }
    if (requests.stream().anyMatch(Job::abandoned)) {
      thread.interrupt();
      throw new GenerationInterruptedException(null);
    }
  }

  private void await() {
    boolean interrupted = false;
    while (running > 0) {
      try {
        tasks.take().run();
      } catch (InterruptedException e) {
        interrupted = true;
        // They end before their next step; their memory must be free when this returns.
        scheduler.abandon(jobs);
      }
    }
    if (interrupted) {
      thread.interrupt();
    }
  }

  @Override
  public long id() {
    return thread.getId();
  }

  @Override
  public Executor executor() {
    return within ? Runnable::run : tasks::add;
  }

  @Override
  public void listened(Job job) {
    if (thread.isInterrupted()) {
      scheduler.abandon(jobs);
    }
  }

  @Override
  public void ended(Job job) {
    executor().execute(() -> running--);
  }

  @Override
  public void interrupted(Job job) {
    scheduler.abandon(jobs);
    thread.interrupt();
  }
}
