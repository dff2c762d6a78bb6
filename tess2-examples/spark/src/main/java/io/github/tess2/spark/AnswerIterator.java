package io.github.tess2.spark;

import com.google.common.collect.ObjectArrays;
import io.github.tess2.GenerationInterruptedException;
import io.github.tess2.GenerationResult;
import io.github.tess2.PluginException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Answers rows in order, several at once. The requests of all tasks of an executor share the
 * model's steps.
 */
final class AnswerIterator implements Iterator<Row>, AutoCloseable {
  private final Iterator<Row> rows;
  private final ExecutorModels.Lease lease;
  private final RequestSettings requests;
  private final int promptIndex;
  private final int concurrency;
  private final Deque<Pending> pending = new ArrayDeque<>();

  private record Pending(Row row, CompletableFuture<GenerationResult> answer) {}

  AnswerIterator(
      Iterator<Row> rows,
      ExecutorModels.Lease lease,
      RequestSettings requests,
      int promptIndex,
      int concurrency) {
    this.rows = rows;
    this.lease = lease;
    this.requests = requests;
    this.promptIndex = promptIndex;
    this.concurrency = concurrency;
  }

  @Override
  public boolean hasNext() {
    return !pending.isEmpty() || rows.hasNext();
  }

  /**
   * Waits for the next answer.
   *
   * @throws GenerationInterruptedException if the task is interrupted
   */
  @Override
  public Row next() {
    while (pending.size() < concurrency && rows.hasNext()) {
      Row row = rows.next();
      pending.add(new Pending(row, begin(row)));
    }
    if (pending.isEmpty()) {
      throw new NoSuchElementException("there are no more rows");
    }
    Pending first = pending.remove();
    try {
      return answered(first.row(), first.answer().get());
    } catch (ExecutionException e) {
      Throwable failure = e.getCause() == null ? e : e.getCause();
      if (isOfRow(failure)) {
        return failed(first.row(), failure.getMessage());
      }
      throw failure instanceof RuntimeException own ? own : new IllegalStateException(failure);
    } catch (InterruptedException e) {
      first.answer().cancel(false);
      Thread.currentThread().interrupt();
      throw new GenerationInterruptedException(e);
    }
  }

  private CompletableFuture<GenerationResult> begin(Row row) {
    if (row.isNullAt(promptIndex)) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException("the prompt must not be null"));
    }
    try {
      return lease
          .lm()
          .generateAsync(
              requests.request(
                  row.getString(promptIndex), row.getLong(row.size() - 1), lease.guidance()));
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Whether a failure concerns only this row: its prompt is invalid, or a plugin failed on it. */
  private static boolean isOfRow(Throwable failure) {
    // Without a cause, the plugin was not found or does not fit, so no row can be answered.
    return failure instanceof IllegalArgumentException
        || (failure instanceof PluginException && failure.getCause() != null);
  }

  private static Row answered(Row row, GenerationResult result) {
    return with(
        row,
        result.text(),
        result.confidence().mean(),
        result.steps(),
        result.finishReason().name().toLowerCase(Locale.ROOT),
        result.reward().isPresent() ? result.reward().getAsDouble() : null,
        null);
  }

  private static Row failed(Row row, @Nullable String message) {
    return with(row, null, null, null, null, null, message == null ? "no message" : message);
  }

  private static Row with(Row row, @Nullable Object... outcome) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    return RowFactory.create(ObjectArrays.concat(values, outcome, Object.class));
  }

  /** Cancels running requests, and releases the model. */
  @Override
  public void close() {
    pending.forEach(one -> one.answer().cancel(false));
    pending.clear();
    lease.close();
  }
}
