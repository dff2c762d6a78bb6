package io.github.tess2.examples.server;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Limits how many answers are computed at once and how many wait, and refuses more. Each answer is
 * one call of the model on a separate thread, so that the model decides what to compute together.
 */
final class Generations implements AutoCloseable {
  private static final long LONGEST_RETRY_SECONDS = 60;

  private final DiffusionLM lm;
  private final Limits limits;
  private final LongSupplier clock;
  private final ThreadPoolExecutor executor;
  private final Set<Exchange> open = new HashSet<>();

  /**
   * Exchanges whose answers are computed but not sent yet, or abandoned by their sender but still
   * being computed.
   */
  private final Set<Exchange> halfDone = new HashSet<>();

  private final AtomicInteger threads = new AtomicInteger();
  private int answers;
  private boolean ending;

  /** Recent mean time of an answer, used to guess when there will be room. */
  private double meanSeconds = 1;

  /**
   * @param clock in nanoseconds, as {@link System#nanoTime()}
   */
  Generations(DiffusionLM lm, Limits limits, LongSupplier clock) {
    this.lm = lm;
    this.limits = limits;
    this.clock = clock;
    this.executor =
        new ThreadPoolExecutor(
            limits.concurrent(),
            limits.concurrent(),
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            this::thread);
    executor.allowCoreThreadTimeOut(true);
  }

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work, "tess2-serve-" + threads.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Starts to compute answers. They count towards the limits until they are computed and {@link
   * #release} has been called, because each occupies a thread until its client has read it.
   *
   * @param requests one for each answer, at least one
   * @param states whether each step is requested
   * @param atEnd runs when the last of them has ended, successfully or not; does not run if this
   *     method throws
   * @throws ApiException if there is no room, or the server is shutting down
   */
  Exchange start(List<GenerationRequest> requests, boolean states, Runnable atEnd) {
    Exchange exchange = new Exchange(lm, requests, states, atEnd, this::ended, clock);
    synchronized (this) {
      if (ending) {
        throw ApiException.ending();
      }
      if (answers + requests.size() > limits.concurrent() + limits.waiting()) {
        throw ApiException.busy(
            "the server is full; answers running, waiting or being sent: " + answers,
            retryAfterSeconds());
      }
      answers += requests.size();
      open.add(exchange);
    }
    exchange.jobs().forEach(executor::execute);
    return exchange;
  }

  /**
   * After how many seconds to try again, estimated from the time to compute the waiting answers.
   */
  synchronized long retryAfterSeconds() {
    double rounds = (double) answers / limits.concurrent();
    return Math.max(1, Math.min(LONGEST_RETRY_SECONDS, Math.round(rounds * meanSeconds)));
  }

  private synchronized void ended(Exchange exchange, double seconds) {
    open.remove(exchange);
    release(exchange);
    meanSeconds += (seconds - meanSeconds) / 8;
    notifyAll();
  }

  /** Call this once, when the answers have been sent or are no longer wanted. */
  synchronized void release(Exchange exchange) {
    if (!halfDone.add(exchange)) {
      halfDone.remove(exchange);
      answers -= exchange.size();
    }
  }

  /** The number of answers that are being computed, wait or are being sent. */
  synchronized int answers() {
    return answers;
  }

  /** The number of answers being computed. */
  int running() {
    return executor.getActiveCount();
  }

  /** The number of waiting answers. */
  int waiting() {
    return executor.getQueue().size();
  }

  /** Refuses new answers from now on. */
  synchronized void refuse() {
    ending = true;
  }

  /** Whether new answers are refused. */
  synchronized boolean isEnding() {
    return ending;
  }

  /** Waits until all answers are done. Returns false if they are not done in time. */
  synchronized boolean awaitEnd(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!open.isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Refuses new answers, and stops running ones after their current step. */
  @Override
  public void close() {
    refuse();
    List<Exchange> running;
    synchronized (this) {
      running = List.copyOf(open);
    }
    running.forEach(Exchange::cancel);
    executor.shutdown();
  }
}
