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

/** Requests that are answered together, and stopped together. */
final class Batch {
  /** How often an interrupt is looked for. */
  private static final long POLL_MILLIS = 100;

  private final List<CompletableFuture<GenerationResult>> answers;
  private boolean stopped;

  private Batch(List<CompletableFuture<GenerationResult>> answers) {
    this.answers = answers;
  }

  /** Told of steps. */
  @FunctionalInterface
  interface StepListener {
    /**
     * Called after each step.
     *
     * @param steps of all requests together
     * @param each how many one of them takes
     */
    void onStep(int steps, int each);
  }

  /** Has them answered on other threads. */
  static Batch start(DiffusionLM lm, List<GenerationRequest> requests, StepListener listener) {
    AtomicInteger steps = new AtomicInteger();
    return new Batch(
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

  /** Told of an answer. */
  @FunctionalInterface
  interface Listener {
    /** Called for the answer to the request of this index in the batch. */
    void onAnswer(int index, GenerationResult result);
  }

  /**
   * Waits until each is answered or has failed, or until there is an interrupt, which cancels those
   * that are not.
   *
   * @return whether none was stopped
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
    // A JVM that is ending lets no step begin: what is at work may fail by that before it is
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
   * Tells of the answers there are, in the requests' order, after {@link #await}.
   *
   * @throws RuntimeException what the first request that failed failed with, the others' failures
   *     suppressed, once all answers are told; not where an interrupt stopped them
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
