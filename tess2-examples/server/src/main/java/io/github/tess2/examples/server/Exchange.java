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
 * The answers to one request as they come about, handed from the threads that compute to the one
 * that writes. Who reads slowly misses states, and keeps nobody from computing.
 */
final class Exchange {
  /** States that wait to be read; of more the oldest are dropped. */
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

  /** What has happened to one of the answers. */
  sealed interface Event {
    /** Which one, from 0. */
    int index();
  }

  /** A step was taken. */
  record State(int index, DenoisingStep step) implements Event {}

  /** The answer is there. */
  record Done(int index, GenerationResult result) implements Event {}

  /** There will be no answer. */
  record Failed(int index, Throwable thrown) implements Event {}

  /**
   * @param atEnd run when the last answer has ended
   * @param onEnd told how many seconds it took until then
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

  /** How many answers there will be. */
  int size() {
    return requests.size();
  }

  /** What computes the answers. */
  List<Runnable> jobs() {
    return IntStream.range(0, size()).<Runnable>mapToObj(i -> () -> run(i)).toList();
  }

  private void run(int index) {
    Event outcome;
    try {
      outcome = new Done(index, generate(index));
    } catch (Throwable e) {
      // Whatever it is, it ends this answer, and who reads must know.
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
        // Without a listener no step is turned into text.
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

  /** The next event; null where none comes for a while. */
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

  /** When the first answer began, by the clock; empty as long as all wait. */
  synchronized OptionalLong firstStart() {
    return firstStart;
  }

  /** When the first step had been taken, by the clock. */
  synchronized OptionalLong firstState() {
    return firstState;
  }

  /** When it was asked for, by the clock. */
  long begun() {
    return begun;
  }

  /** Stops an answer after the step it is at. */
  synchronized void cancel(int index) {
    cancelled[index] = true;
    if (answers[index] != null) {
      answers[index].cancel(false);
    }
  }

  /** Stops all answers after the steps they are at. */
  void cancel() {
    IntStream.range(0, size()).forEach(this::cancel);
  }
}
