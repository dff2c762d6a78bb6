package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import io.github.tess2.DenoisingStep;
import io.github.tess2.GenerationListener;
import io.github.tess2.PluginException;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Runs requests to their end. Steps of different callers take turns on the device, in the order
 * they ask; the requests of one caller share their steps as far as memory for their activations
 * allows.
 */
final class DenoisingLoop {
  /** Rows of a step at most, unless one request alone has more: bounds the activations. */
  private static final int MAX_BATCH_ROWS = 4096;

  private final DiffusionProcess process;
  private final Turns device;
  private final Answers answers;

  DenoisingLoop(CheckpointTokenizer tokenizer, DiffusionProcess process, Turns device) {
    this.process = process;
    this.device = device;
    this.answers = new Answers(tokenizer);
  }

  Answers answers() {
    return answers;
  }

  /**
   * Runs all requests to their end, failures included. Each is opened by its first step and closed
   * at its end, so that what waits or is done takes no native memory.
   *
   * @param requests fresh ones
   * @param beforeStep run before every step: it may cancel some
   * @throws IllegalStateException if the model is closed meanwhile, or the JVM ends
   * @throws io.github.tess2.GenerationInterruptedException if this thread is interrupted
   */
  void run(List<RequestState> requests, Runnable beforeStep) {
    Deque<RequestState> waiting = new ArrayDeque<>(requests);
    try (OpenRequests active = new OpenRequests()) {
      while (true) {
        beforeStep.run();
        active.endFinished();
        admit(waiting, active);
        if (active.states().isEmpty()) {
          return;
        }
        device.take(() -> step(active.states())).forEach(this::report);
      }
    }
  }

  private static void admit(Deque<RequestState> waiting, OpenRequests active) {
    int rows = active.rows();
    while (!waiting.isEmpty()) {
      RequestState next = waiting.element();
      if (!next.finished()) {
        rows += next.mostRows();
        if (rows > MAX_BATCH_ROWS && !active.states().isEmpty()) {
          return;
        }
        active.add(next);
      }
      waiting.remove();
    }
  }

  /** One turn: begins those that are new and steps them all; those that have stepped. */
  private List<RequestState> step(List<RequestState> active) {
    long start = System.nanoTime();
    for (RequestState request : active) {
      if (!request.isOpen()) {
        // What guidances do as they begin may take its time.
        Turns.checkInterrupted();
        request.firstStepNanos = start;
        process.open(request);
      }
    }
    List<RequestState> running = active.stream().filter(request -> !request.finished()).toList();
    running.stream().filter(request -> request.canvas == null).forEach(process::begin);
    if (!running.isEmpty()) {
      process.step(running);
    }
    long took = System.nanoTime() - start;
    running.forEach(request -> request.denoisingNanos += took);
    return running;
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
              request.mostSteps(),
              answers.text(request),
              request.tokenIds(),
              request.confidence());
      GenerationListener.Signal signal =
          requireNonNull(request.listener.onStep(step), "the listener's signal");
      if (signal == GenerationListener.Signal.CANCEL) {
        request.cancel();
      }
    } catch (Throwable e) {
      PluginException.throwIfFatal(e);
      request.fail(e);
    }
  }
}
