package io.github.tess2.examples.server;

import io.github.tess2.DenoisingStep;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ObjDoubleConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Passes the answers to one request from the threads that compute them to the thread that writes
 * them. A slow reader misses states, but never blocks computing.
 */
final class Exchange {
  /** Most states that wait to be read. When there are more, the oldest are dropped. */
  private static final int MOST_STATES = 64;

  private final DiffusionLM lm;
  private final List<GenerationRequest> requests;
  private final boolean states;
  private final Runnable atEnd;
  private final ObjDoubleConsumer<Exchange> onEnd;
  private final LongSupplier clock;
  private final long begun;

  private final Deque<Event> events = new ArrayDeque<>();
  private final CompletableFuture<?>[] answers;
  private final boolean[] cancelled;
  private int queuedStates;
  private int running;
  private OptionalLong firstStart = OptionalLong.empty();
  private OptionalLong firstState = OptionalLong.empty();

  /** An event of one of the answers. */
  sealed interface Event {
    /** The index of the answer, from 0. */
    int index();
  }

  /** A step was taken. */
  record State(int index, DenoisingStep step) implements Event {}

  /** The answer is complete. */
  record Done(int index, GenerationResult result) implements Event {}

  /** There will be no answer. */
  record Failed(int index, Throwable thrown) implements Event {}

  /**
   * @param atEnd run when the last answer has ended
   * @param onEnd receives the seconds until then
   * @param clock in nanoseconds, as {@link System#nanoTime()}
   */
  Exchange(
      DiffusionLM lm,
      List<GenerationRequest> requests,
      boolean states,
      Runnable atEnd,
      ObjDoubleConsumer<Exchange> onEnd,
      LongSupplier clock) {
    this.lm = lm;
    this.requests = requests;
    this.states = states;
    this.atEnd = atEnd;
    this.onEnd = onEnd;
    this.clock = clock;
    this.begun = clock.getAsLong();
    this.answers = new CompletableFuture<?>[requests.size()];
    this.cancelled = new boolean[requests.size()];
    this.running = requests.size();
  }

  /** The number of answers. */
  int size() {
    return requests.size();
  }

  /** The jobs that compute the answers. */
  List<Runnable> jobs() {
    return IntStream.range(0, size()).<Runnable>mapToObj(i -> () -> run(i)).toList();
  }

  private void run(int index) {
    Event outcome;
    try {
      outcome = new Done(index, generate(index));
    } catch (Throwable e) {
      // Any failure ends this answer, and the reader must learn of it.
      outcome = new Failed(index, e);
    }
    boolean last;
    synchronized (this) {
      events.add(outcome);
      running--;
      last = running == 0;
      notifyAll();
    }
    if (last) {
      try {
        atEnd.run();
      } finally {
        onEnd.accept(this, (clock.getAsLong() - begun) / 1e9);
      }
    }
  }

  private GenerationResult generate(int index) {
    GenerationRequest request = requests.get(index);
    CompletableFuture<GenerationResult> answer;
    synchronized (this) {
      if (cancelled[index]) {
        throw new CancellationException("cancelled before its first step");
      }
      if (firstStart.isEmpty()) {
        firstStart = OptionalLong.of(clock.getAsLong());
      }
      if (states) {
        answer = new CompletableFuture<>();
      } else {
        // Without a listener, steps are not decoded to text.
        answer = lm.generateAsync(request);
        answers[index] = answer;
      }
    }
    return states ? lm.generate(request, step -> onStep(index, step)) : answer.join();
  }

  private synchronized Signal onStep(int index, DenoisingStep step) {
    if (cancelled[index]) {
      return Signal.CANCEL;
    }
    if (firstState.isEmpty()) {
      firstState = OptionalLong.of(clock.getAsLong());
    }
    if (queuedStates == MOST_STATES) {
      dropOldestState();
    }
    events.add(new State(index, step));
    queuedStates++;
    notifyAll();
    return Signal.CONTINUE;
  }

  private void dropOldestState() {
    Iterator<Event> oldest = events.iterator();
    while (oldest.hasNext()) {
      if (oldest.next() instanceof State) {
        oldest.remove();
        queuedStates--;
        return;
      }
    }
  }

  /** The next event; null if none arrives within {@code millis}. */
  synchronized @Nullable Event poll(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (events.isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return null;
      }
      wait(left);
    }
    Event event = events.remove();
    if (event instanceof State) {
      queuedStates--;
    }
    return event;
  }

  /** When the first answer began, by the clock; empty while all are waiting. */
  synchronized OptionalLong firstStart() {
    return firstStart;
  }

  /** When the first step had been taken, by the clock. */
  synchronized OptionalLong firstState() {
    return firstState;
  }

  /** When the request arrived, by the clock. */
  long begun() {
    return begun;
  }

  /** Stops an answer after its current step. */
  synchronized void cancel(int index) {
    cancelled[index] = true;
    if (answers[index] != null) {
      answers[index].cancel(false);
    }
  }

  /** Stops all answers after their current steps. */
  void cancel() {
    IntStream.range(0, size()).forEach(this::cancel);
  }
}
