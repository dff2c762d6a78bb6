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
 * Lets so many answers be computed at a time, so many wait, and no more in. Each is one call of the
 * model on a thread of its own, so that the model decides what it computes together.
 */
final class Generations implements AutoCloseable {
  private static final long LONGEST_RETRY_SECONDS = 60;

  private final DiffusionLM lm;
  private final Limits limits;
  private final LongSupplier clock;
  private final ThreadPoolExecutor executor;
  private final Set<Exchange> open = new HashSet<>();

  /** Those that are computed but not sent yet, or given up by their sender but still computed. */
  private final Set<Exchange> halfDone = new HashSet<>();

  private final AtomicInteger threads = new AtomicInteger();
  private int answers;
  private boolean ending;

  /** Of late, for a guess when there will be room. */
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
   * Starts to compute answers. They keep their place until they are computed and {@link #release}
   * has been called, because each occupies a thread until its client has read it.
   *
   * @param requests one for each answer, at least one
   * @param states whether each step is asked for
   * @param atEnd run when the last of them has ended, however they ended; not where this throws
   * @throws ApiException if there is no room, or the server is about to end
   */
  Exchange start(List<GenerationRequest> requests, boolean states, Runnable atEnd) {
    Exchange exchange = new Exchange(lm, requests, states, atEnd, this::ended, clock);
    synchronized (this) {
      if (ending) {
        throw ApiException.ending();
      }
      if (answers + requests.size() > limits.concurrent() + limits.waiting()) {
        throw ApiException.busy(
            "the server is full; answers running, waiting or being sent: "
                + answers,
            retryAfterSeconds());
      }
      answers += requests.size();
      open.add(exchange);
    }
    exchange.jobs().forEach(executor::execute);
    return exchange;
  }

  /** When to try again, by how long it takes to compute what waits. */
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

  /** To be called once, when the answers are sent or nobody wants them any more. */
  synchronized void release(Exchange exchange) {
    if (!halfDone.add(exchange)) {
      halfDone.remove(exchange);
      answers -= exchange.size();
    }
  }

  /** How many answers are in work, wait or are being sent. */
  synchronized int answers() {
    return answers;
  }

  /** How many answers are in work. */
  int running() {
    return executor.getActiveCount();
  }

  /** How many answers wait for their turn. */
  int waiting() {
    return executor.getQueue().size();
  }

  /** Lets nothing more in. */
  synchronized void refuse() {
    ending = true;
  }

  /** Whether nothing more is let in. */
  synchronized boolean isEnding() {
    return ending;
  }

  /** Waits until nothing is in work; gives up after a while. Gives whether nothing is. */
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

  /** Lets nothing more in, and ends what is in work after the step it is at. */
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
