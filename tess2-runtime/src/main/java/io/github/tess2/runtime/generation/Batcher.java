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
 * Continuous batching: runs requests step by step, with all current requests in each step. A
 * request joins before a step and leaves after one.
 *
 * <p>A request is left out of steps while its listener runs. Most listeners return soon, so the
 * next step waits for them for a quarter of the time that the last step took.
 */
final class Batcher {
  private static final long LEAST_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** How often cancellations and waiting times are checked while no step runs. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final DiffusionProcess process;
  private final DeviceLock device;
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
   * Creates a batcher without requests.
   *
   * @param maxWait how long a request may wait for its first step; null for no limit
   */
  Batcher(
      DiffusionProcess process,
      DeviceLock device,
      Answers answers,
      int maxRows,
      @Nullable Duration maxWait) {
    this.process = process;
    this.device = device;
    this.answers = answers;
    this.maxWait = maxWait;
    this.admission = new Admission(maxRows);
  }

  /** A batcher for requests that a plugin sends during a step. */
  Batcher nested() {
    return new Batcher(process, device, answers, admission.maxRows(), null);
  }

  /**
   * Accepts requests, which run from the next step on.
   *
   * @param maxWaiting the greatest number of requests that may then wait
   * @param taken run in the same critical section
   * @throws GenerationRejectedException if more would wait; then none is accepted
   */
  void add(List<Job> jobs, int maxWaiting, Runnable taken) {
    lock.lock();
    try {
      List<RequestState> states = jobs.stream().flatMap(job -> job.states().stream()).toList();
      if ((long) notBegun + jobs.size() > maxWaiting && !admission.hasRoomFor(states)) {
        throw new GenerationRejectedException(
            String.format(
                Locale.ROOT,
                "at most %d requests may wait for their first step, but %d wait and %d more would",
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
   * Ends requests that nobody waits for any more: immediately if they have not begun, otherwise
   * before their next step.
   */
  void abandon(List<Job> jobs) {
    List<RequestState> fresh = List.of();
    lock.lock();
    try {
      boolean stopped = false;
      for (Job job : jobs) {
        stopped |= job.abandon();
      }
      // A future that completes normally ends nothing, so the queue need not be searched.
      if (stopped) {
        fresh = admission.removeWaiting(state -> state.finished() && !state.isOpen());
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    fresh.forEach(this::end);
  }

  /** {@return the numbers of waiting and of running requests} */
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
   * @param whenIdle run if no request came, under a lock so that none can come at the same time
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
      // The model is closed, the JVM is ending, or the device has failed.
      batch.forEach(request -> request.fail(e));
    }
    long now = System.nanoTime();
    patientUntil = now + Math.max(LEAST_PATIENCE_NANOS, (now - start) / 4);
    for (RequestState request : batch) {
      if (request.plugins().wasInterrupted()) {
        request.job().caller().interrupted(request.job());
      }
      if (request.listener != GenerationListener.IGNORE && request.failure == null) {
        callListener(request);
      }
    }
    return true;
  }

  /** Waits for requests; null if none come for some time. */
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

  /** Waits a little for listeners; requests whose listeners still run then lose their places. */
  private void waitForListeners() {
    while (true) {
      List<RequestState> listening =
          admission.running().stream().filter(RequestState::atItsListener).toList();
      long left = patientUntil - System.nanoTime();
      if (listening.isEmpty()) {
        return;
      }
      if (left <= 0) {
        listening.forEach(admission::goesAway);
        return;
      }
      sleep(left);
    }
  }

  @SuppressWarnings("WaitNotInLoop") // Its callers check again what they wait for.
  private void sleep(long nanos) {
    try {
      changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      // Can be ignored: interrupts by a plugin are cleared when it returns.
    }
  }

  /** Whether a request is finished, has failed, was cancelled or has waited too long. */
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
                  "a request may wait %s for its first step, but has waited longer; waiting requests: %d",
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

  /** Begins the new requests and runs one step of all. */
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

  /** Calls the listener on its executor; its request waits for it. */
  private void callListener(RequestState request) {
    request.setAtItsListener(true);
    Executor executor = request.job().caller().executor();
    try {
      executor.execute(
          () -> {
            try {
              report(request);
              request.job().caller().listened(request.job());
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

  /** Frees a request's memory, and notifies its caller if it was the last of its candidates. */
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
