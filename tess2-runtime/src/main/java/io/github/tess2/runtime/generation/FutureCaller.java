package io.github.tess2.runtime.generation;

import io.github.tess2.GenerationInterruptedException;
import io.github.tess2.GenerationResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A caller that gets its answer in a future. */
final class FutureCaller implements Caller {
  private static final Logger LOG = LoggerFactory.getLogger(FutureCaller.class);

  private final Scheduler scheduler;
  private final Executor executor;
  private final Function<Job, GenerationResult> result;
  private final CompletableFuture<GenerationResult> answer;
  private final long id = Thread.currentThread().getId();

  /**
   * Must be created on the thread of the caller.
   *
   * @param result returns the result of a request or throws its failure
   * @param answer the future to complete
   */
  FutureCaller(
      Scheduler scheduler,
      Executor executor,
      Function<Job, GenerationResult> result,
      CompletableFuture<GenerationResult> answer) {
    this.scheduler = scheduler;
    this.executor = executor;
    this.result = result;
    this.answer = answer;
  }

  CompletableFuture<GenerationResult> answer() {
    return answer;
  }

  /** Ends the request as soon as its future is done: cancelled, or completed by a timeout. */
  void watch(Job job) {
    CompletableFuture<GenerationResult> unused =
        answer.whenComplete((done, failure) -> scheduler.abandon(List.of(job)));
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public Executor executor() {
    return executor;
  }

  @Override
  public void listened(Job job) {}

  @Override
  public void ended(Job job) {
    try {
      executor.execute(() -> complete(job));
    } catch (RejectedExecutionException e) {
      // The answer must not be lost, and tasks that depend on it must not delay the steps of
      // others.
      LOG.warn(
          "the model's executor has refused a task; the default executor completes the answer", e);
      answer.defaultExecutor().execute(() -> complete(job));
    }
  }

  private void complete(Job job) {
    try {
      answer.complete(result.apply(job));
    } catch (Throwable e) {
      answer.completeExceptionally(e);
    }
  }

  @Override
  public void interrupted(Job job) {
    job.states().stream()
        .filter(state -> !state.finished())
        .forEach(state -> state.fail(new GenerationInterruptedException(null)));
  }
}
