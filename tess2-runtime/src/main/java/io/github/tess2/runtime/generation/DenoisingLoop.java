package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import io.github.tess2.DenoisingStep;
import io.github.tess2.GenerationListener;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Runs requests to their end. Steps of different callers take turns on the device, in the order
 * they ask; the requests of one caller share their steps as far as memory for their activations
 * allows.
 */
final class DenoisingLoop {
  /** Rows of a step at most, unless one request alone has more: bounds the activations. */
  private static final int MAX_BATCH_ROWS = 4096;

  private final Stepper stepper;
  private final Turns device;
  private final Answers answers;

  DenoisingLoop(CheckpointTokenizer tokenizer, Stepper stepper, Turns device) {
    this.stepper = stepper;
    this.device = device;
    this.answers = new Answers(tokenizer);
  }

  Answers answers() {
    return answers;
  }

  /**
   * Runs all requests to their end, failures included.
   *
   * @param requests fresh ones
   * @param cancelled asked before every step
   * @throws IllegalStateException if the model is closed meanwhile, or the JVM ends
   */
  void run(List<RequestState> requests, BooleanSupplier cancelled) {
    Deque<RequestState> waiting = new ArrayDeque<>(requests);
    List<RequestState> active = new ArrayList<>();
    while (true) {
      active.removeIf(RequestState::finished);
      waiting.removeIf(RequestState::finished);
      admit(waiting, active);
      if (active.isEmpty()) {
        return;
      }
      if (cancelled.getAsBoolean()) {
        active.forEach(request -> request.cancelled = true);
        waiting.forEach(request -> request.cancelled = true);
        return;
      }
      step(active);
      active.forEach(this::report);
    }
  }

  private static void admit(Deque<RequestState> waiting, List<RequestState> active) {
    int rows = active.stream().mapToInt(request -> request.layout.length()).sum();
    while (!waiting.isEmpty()
        && (active.isEmpty() || rows + waiting.element().layout.length() <= MAX_BATCH_ROWS)) {
      RequestState next = waiting.remove();
      rows += next.layout.length();
      active.add(next);
    }
  }

  private void step(List<RequestState> active) {
    long took = device.take(() -> timedStep(active));
    active.forEach(request -> request.denoisingNanos += took);
  }

  private long timedStep(List<RequestState> active) {
    long start = System.nanoTime();
    for (RequestState request : active) {
      if (request.canvas == null) {
        request.firstStepNanos = start;
        stepper.begin(request);
      }
    }
    stepper.step(active);
    return System.nanoTime() - start;
  }

  /** Tells the listener, outside the lock: it may be slow, or generate itself. */
  private void report(RequestState request) {
    if (request.listener == GenerationListener.IGNORE || request.failure != null) {
      return;
    }
    try {
      DenoisingStep step =
          new DenoisingStep(
              request.stepsRun(),
              request.settings.steps(),
              answers.text(request),
              request.tokenIds(),
              request.confidence());
      GenerationListener.Signal signal =
          requireNonNull(request.listener.onStep(step), "the listener's signal");
      request.cancelled = signal == GenerationListener.Signal.CANCEL;
    } catch (RuntimeException e) {
      request.fail(e);
    }
  }
}
