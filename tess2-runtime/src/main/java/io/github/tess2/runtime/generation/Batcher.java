package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import io.github.tess2.Activity;
import io.github.tess2.DenoisingStep;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationRejectedException;
import io.github.tess2.runtime.engine.FreedMemory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Continuous batching: runs requests step by step, each step over all that are there. A request
 * joins before a step and leaves after one.
 *
 * <p>A request whose listener has not returned is left out of the steps until it has. Most
 * listeners return soon, so the next step waits a little for them: for a quarter of the time that
 * the last one took.
 */
final class Batcher {
  private static final long LEAST_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** How often cancellations and the time that requests wait are looked at, where no step runs. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final DiffusionProcess process;
  private final Turns device;
  private final Answers answers;
  private final @Nullable Duration maxWait;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Admission admission;
  private int notBegun;
  private int begun;
  private long steps;
  private long totalRows;
  private int lastRows;
  private long patientUntil;

  /**
   * Creates one without requests.
   *
   * @param maxWait for a first step; null for no limit
   */
  Batcher(
      DiffusionProcess process,
      Turns device,
      Answers answers,
      int maxRows,
      @Nullable Duration maxWait) {
    this.process = process;
    this.device = device;
    this.answers = answers;
    this.maxWait = maxWait;
    this.admission = new Admission(maxRows);
  }

  /** One of the same kind, for requests that a plugin sends in the midst of a step. */
  Batcher nested() {
    return new Batcher(process, device, answers, admission.maxRows(), null);
  }

  /**
   * Takes requests, to run them from the next step on.
   *
   * @param maxWaiting how many may wait then
   * @param taken done in the same critical section
   * @throws GenerationRejectedException if more would wait; none is taken then
   */
  void add(List<Job> jobs, int maxWaiting, Runnable taken) {
    lock.lock();
    try {
      List<RequestState> states = jobs.stream().flatMap(job -> job.states().stream()).toList();
      if ((long) notBegun + jobs.size() > maxWaiting && !admission.hasRoomFor(states)) {
        throw new GenerationRejectedException(
            String.format(
                Locale.ROOT,
                "at most %d requests may wait for their first step, but %d do, and %d more would",
                maxWaiting,
                notBegun,
                jobs.size()),
            notBegun);
      }
      states.forEach(admission::add);
      notBegun += jobs.size();
      taken.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends requests that nobody waits for any more: at once where they have not begun, else before
   * their next step.
   */
  void abandon(List<Job> jobs) {
    List<RequestState> fresh = List.of();
    lock.lock();
    try {
      boolean stopped = false;
      for (Job job : jobs) {
        stopped |= job.abandon();
      }
      // A future that is completed in the usual way ends nothing, and costs no look at the queue.
      if (stopped) {
        fresh = admission.removeWaiting(state -> state.finished() && !state.isOpen());
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    fresh.forEach(this::end);
  }

  /** {@return how many requests wait, and how many run} */
  Activity activity() {
    lock.lock();
    try {
      return Activity.builder()
          .waiting(notBegun)
          .running(begun)
          .rows(lastRows)
          .maxRows(admission.maxRows())
          .steps(steps)
          .totalRows(totalRows)
          .build();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs one step, once there is a request that can take one.
   *
   * @param idleNanos how long to wait for a request
   * @param whenIdle done where none came, so that none can come at the same time
   * @return whether there was one
   */
  boolean step(long idleNanos, Runnable whenIdle) {
    List<RequestState> batch = next(idleNanos, whenIdle);
    if (batch == null) {
      return false;
    }
    long start = System.nanoTime();
    try {
      device.take(() -> step(batch));
    } catch (Throwable e) {
      // The model is closed, or the JVM ends, or something is wrong with the device.
      batch.forEach(request -> request.fail(e));
    }
    long now = System.nanoTime();
    patientUntil = now + Math.max(LEAST_PATIENCE_NANOS, (now - start) / 4);
    for (RequestState request : batch) {
      if (request.plugins().wasInterrupted()) {
        request.job().caller().interrupted(request.job());
      }
      if (request.listener != GenerationListener.IGNORE && request.failure == null) {
        tell(request);
      }
    }
    return true;
  }

  /** Waits for requests; null where there are none for some time. */
  private @Nullable List<RequestState> next(long idleNanos, Runnable whenIdle) {
    long idleUntil = System.nanoTime() + idleNanos;
    while (true) {
      List<RequestState> ended;
      lock.lock();
      try {
        waitForListeners();
        ended = admission.remove(request -> hasEnded(request) && !request.atItsListener());
        if (ended.isEmpty()) {
          admission.admit();
          countBegun();
          List<RequestState> ready = List.copyOf(admission.running());
          if (!ready.isEmpty()) {
            return ready;
          }
          if (!admission.isEmpty()) {
            sleep(LOOK_NANOS);
          } else if (System.nanoTime() < idleUntil) {
            sleep(idleUntil - System.nanoTime());
          } else {
            whenIdle.run();
            return null;
          }
        }
      } finally {
        lock.unlock();
      }
      ended.forEach(this::end);
    }
  }

  /** Waits a little for listeners; those that are not done by then lose their places. */
  private void waitForListeners() {
    while (true) {
      List<RequestState> telling =
          admission.running().stream().filter(RequestState::atItsListener).toList();
      long left = patientUntil - System.nanoTime();
      if (telling.isEmpty()) {
        return;
      }
      if (left <= 0) {
        telling.forEach(admission::goesAway);
        return;
      }
      sleep(left);
    }
  }

  @SuppressWarnings("WaitNotInLoop") // Its callers look again at what they wait for.
  private void sleep(long nanos) {
    try {
      changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      // Of nobody's concern: a plugin's interrupts are taken off as it returns.
    }
  }

  /** Whether a request has run, failed, was cancelled or has waited too long. */
  private boolean hasEnded(RequestState request) {
    Job job = request.job();
    job.checkCancelled();
    if (maxWait != null
        && !job.begun()
        && !request.finished()
        && job.waitedNanos() > maxWait.toNanos()) {
      request.fail(
          new GenerationRejectedException(
              String.format(
                  Locale.ROOT,
                  "a request may wait %s for its first step, but has waited that long; %d wait",
                  maxWait,
                  notBegun),
              notBegun));
    }
    return request.finished();
  }

  private void countBegun() {
    for (RequestState request : admission.running()) {
      if (request.job().begin()) {
        notBegun--;
        begun++;
      }
    }
  }

  /** One turn: begins those that are new and steps them all. */
  private void step(List<RequestState> batch) {
    long start = System.nanoTime();
    for (RequestState request : batch) {
      if (!request.isOpen()) {
        request.firstStepNanos = start;
        request.plugins().run(() -> process.open(request));
      }
    }
    for (RequestState request : batch) {
      if (request.inputs == null && !request.finished()) {
        request.plugins().run(() -> process.begin(request));
      }
    }
    List<RequestState> running = batch.stream().filter(request -> !request.finished()).toList();
    if (!running.isEmpty()) {
      count(running);
      process.step(running);
    }
    long took = System.nanoTime() - start;
    running.forEach(request -> request.denoisingNanos += took);
  }

  private void count(List<RequestState> running) {
    int rows = running.stream().mapToInt(request -> request.active.length()).sum();
    lock.lock();
    try {
      steps++;
      lastRows = rows;
      totalRows += rows;
    } finally {
      lock.unlock();
    }
  }

  /** Has the listener told where it wants to be; its request waits for it. */
  private void tell(RequestState request) {
    request.setAtItsListener(true);
    Executor executor = request.job().caller().executor();
    try {
      executor.execute(
          () -> {
            try {
              report(request);
              request.job().caller().told(request.job());
            } finally {
              returned(request);
            }
          });
    } catch (RejectedExecutionException e) {
      request.fail(e);
      returned(request);
    }
  }

  private void returned(RequestState request) {
    lock.lock();
    try {
      request.setAtItsListener(false);
      admission.comesBack(request);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void report(RequestState request) {
    if (request.cancelled || request.failure != null) {
      return;
    }
    try {
      DenoisingStep step =
          DenoisingStep.builder(answers.text(request), request.tokenIds(), request.confidence())
              .step(request.stepsRun())
              .total(request.mostSteps())
              .build();
      GenerationListener.Signal signal =
          requireNonNull(request.listener.onStep(step), "the listener's signal");
      if (signal == GenerationListener.Signal.CANCEL) {
        request.cancel();
      }
    } catch (Throwable e) {
      request.fail(e);
    }
  }

  /** Frees what a request holds; tells its caller if that was the last of its candidates. */
  private void end(RequestState request) {
    if (request.isOpen()) {
      request.plugins().run(request::end);
    } else {
      request.end();
    }
    Job job = request.job();
    boolean last;
    lock.lock();
    try {
      last = job.end();
      if (last && job.begun()) {
        begun--;
      } else if (last) {
        notBegun--;
      }
    } finally {
      lock.unlock();
    }
    if (last) {
      FreedMemory.afterRequest();
      job.caller().ended(job);
    }
  }
}
