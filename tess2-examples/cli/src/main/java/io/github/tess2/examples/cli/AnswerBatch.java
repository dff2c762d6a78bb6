package io.github.tess2.examples.cli;

import static com.google.common.base.Throwables.throwIfUnchecked;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Requests that are answered together and stopped together. */
final class AnswerBatch {
  /** Interval at which the interrupt is polled. */
  private static final long POLL_MILLIS = 100;

  private final List<CompletableFuture<GenerationResult>> answers;
  private boolean stopped;

  private AnswerBatch(List<CompletableFuture<GenerationResult>> answers) {
    this.answers = answers;
  }

  /** Receives the progress of a batch. */
  @FunctionalInterface
  interface StepListener {
    /**
     * Called after each step.
     *
     * @param steps steps taken, summed over all requests
     * @param each steps that one request takes
     */
    void onStep(int steps, int each);
  }

  /** Starts to answer requests on other threads. */
  static AnswerBatch start(
      DiffusionLM lm, List<GenerationRequest> requests, StepListener listener) {
    AtomicInteger steps = new AtomicInteger();
    return new AnswerBatch(
        requests.stream()
            .map(
                request ->
                    lm.generateAsync(
                        request,
                        step -> {
                          listener.onStep(steps.incrementAndGet(), step.total());
                          return Signal.CONTINUE;
                        }))
            .toList());
  }

  /** Receives answers. */
  @FunctionalInterface
  interface Listener {
    /** Called with the answer to the request that has this index in the batch. */
    void onAnswer(int index, GenerationResult result);
  }

  /**
   * Waits until every request is answered or has failed. An interrupt cancels the requests that are
   * not done.
   *
   * @return false if the batch was interrupted
   */
  boolean await(BooleanSupplier interrupted) {
    CompletableFuture<@Nullable Void> all =
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).exceptionally(e -> null);
    while (!all.isDone()) {
      if (interrupted.getAsBoolean()) {
        answers.forEach(answer -> answer.cancel(false));
      } else {
        CompletableFuture.anyOf(all, tick()).join();
      }
    }
    // No step begins once the JVM shuts down, so running requests may fail before they are
    // cancelled.
    stopped =
        answers.stream().anyMatch(CompletableFuture::isCompletedExceptionally)
            && interrupted.getAsBoolean();
    return !stopped;
  }

  private static CompletableFuture<@Nullable Void> tick() {
    return new CompletableFuture<@Nullable Void>()
        .completeOnTimeout(null, POLL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Passes the answers to the listener in the order of the requests. Call it after {@link #await}.
   *
   * @throws RuntimeException the failure of the first failed request, with the other failures
   *     suppressed, after all answers have been passed on; not thrown for requests that an
   *     interrupt stopped
   */
  void forEachAnswer(Listener listener) {
    @Nullable Throwable failure = null;
    for (int i = 0; i < answers.size(); i++) {
      CompletableFuture<GenerationResult> answer = answers.get(i);
      if (stopped && answer.isCompletedExceptionally()) {
        continue;
      }
      try {
        listener.onAnswer(i, answer.join());
      } catch (CompletionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (failure == null) {
          failure = cause;
        } else if (failure != cause) {
          failure.addSuppressed(cause);
        }
      }
    }
    if (failure != null) {
      throwIfUnchecked(failure);
      throw new IllegalStateException(failure);
    }
  }
}
