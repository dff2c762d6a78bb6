package io.github.tess2.runtime.training;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes the batches of the next steps while a step is computed, so that a GPU need not wait for
 * them. The batches do not depend on this: each step's choices come from its own generator, and one
 * thread reads the lines in order.
 */
final class BatchesAhead implements AutoCloseable {
  /** The number of steps whose batches are made before they are needed. */
  private static final int STEPS = 4;

  private final BatchMaker maker;
  private final int passes;
  private final int end;
  private final Deque<Future<Step>> made = new ArrayDeque<>();
  private final ExecutorService thread;
  private int next;

  /**
   * The batches of a step.
   *
   * @param batches one for each pass
   * @param state the state of the data after these batches, from which to continue
   */
  record Step(List<TrainingBatch> batches, JsonObject state) {}

  /**
   * Begins to make batches. Nothing else may use the maker until this is closed.
   *
   * @param first the first step, counted from 0
   * @param end the end of the steps, exclusive
   * @param passes the number of batches in a step
   */
  BatchesAhead(BatchMaker maker, int first, int end, int passes) {
    this.maker = maker;
    this.passes = passes;
    this.end = end;
    next = first;
    thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread named = new Thread(work, "tess2-batches");
              named.setDaemon(true);
              return named;
            });
    for (int i = 0; i < STEPS; i++) {
      begin();
    }
  }

  private void begin() {
    if (next < end) {
      int step = next++;
      made.add(thread.submit(() -> make(step)));
    }
  }

  private Step make(int step) {
    List<TrainingBatch> batches = new ArrayList<>();
    for (int pass = 0; pass < passes; pass++) {
      batches.add(maker.make(step, pass));
    }
    return new Step(List.copyOf(batches), maker.sequences().state());
  }

  /**
   * Returns the batches of the next step.
   *
   * @throws RuntimeException if making them failed
   */
  Step take() {
    begin();
    try {
      return requireNonNull(Uninterruptibles.getUninterruptibly(made.remove()));
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
      throw new IllegalStateException("batches could not be made", e);
    }
  }

  /** Stops, and waits for the batch that is being made, because it reads the data files. */
  @Override
  public void close() {
    made.forEach(step -> step.cancel(false));
    thread.shutdown();
    Uninterruptibles.awaitTerminationUninterruptibly(thread);
  }
}
