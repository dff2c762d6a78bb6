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
 * them. They are the same as made one by one: each step's choices come from its own generator, and
 * lines are taken in order by one thread.
 */
final class BatchesAhead implements AutoCloseable {
  /** Steps whose batches are made before they are needed. */
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
   * @param state of the data behind them, to go on from
   */
  record Step(List<TrainingBatch> batches, JsonObject state) {}

  /**
   * Begins to make batches; the maker is this object's until it is closed.
   *
   * @param first step, counted from 0
   * @param end behind the last step
   * @param passes batches in a step
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
   * The next step's.
   *
   * @throws RuntimeException what went wrong when they were made
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

  /** Stops, and waits for the one in the making: it reads the data's files. */
  @Override
  public void close() {
    made.forEach(step -> step.cancel(false));
    thread.shutdown();
    Uninterruptibles.awaitTerminationUninterruptibly(thread);
  }
}
