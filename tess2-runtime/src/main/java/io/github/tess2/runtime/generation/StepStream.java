package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import io.github.tess2.Cancellation;
import io.github.tess2.DenoisingStep;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.BiFunction;

/** The steps of a request as a stream; each subscriber starts a new request. */
final class StepStream implements Flow.Publisher<DenoisingStep> {
  private final Executor executor;
  private final BiFunction<GenerationListener, Cancellation, CompletableFuture<GenerationResult>>
      start;

  /**
   * Creates a stream.
   *
   * @param executor the executor that delivers the steps
   * @param start starts the generation, or throws if it cannot
   */
  StepStream(
      Executor executor,
      BiFunction<GenerationListener, Cancellation, CompletableFuture<GenerationResult>> start) {
    this.executor = executor;
    this.start = start;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super DenoisingStep> subscriber) {
    SubmissionPublisher<DenoisingStep> steps =
        new SubmissionPublisher<>(executor, Flow.defaultBufferSize());
    Cancellation cancellation = new Cancellation();
    steps.subscribe(new Cancelling(subscriber, cancellation));
    try {
      CompletableFuture<Void> unused =
          start
              .apply(
                  step -> {
                    steps.submit(step);
                    return GenerationListener.Signal.CONTINUE;
                  },
                  cancellation)
              .handle(
                  (result, failure) -> {
                    if (failure == null) {
                      steps.close();
                    } else {
                      steps.closeExceptionally(
                          failure instanceof CompletionException e && e.getCause() != null
                              ? e.getCause()
                              : failure);
                    }
                    return null;
                  });
    } catch (RuntimeException e) {
      steps.closeExceptionally(e);
    }
  }

  /** Passes everything on, and ends the request if its subscriber cancels. */
  private record Cancelling(
      Flow.Subscriber<? super DenoisingStep> subscriber, Cancellation cancellation)
      implements Flow.Subscriber<DenoisingStep> {
    Cancelling {
      requireNonNull(subscriber, "subscriber");
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long count) {
              subscription.request(count);
            }

            @Override
            public void cancel() {
              cancellation.cancel();
              subscription.cancel();
            }
          });
    }

    @Override
    public void onNext(DenoisingStep step) {
      subscriber.onNext(step);
    }

    @Override
    public void onError(Throwable failure) {
      cancellation.cancel();
      subscriber.onError(failure);
    }

    @Override
    public void onComplete() {
      subscriber.onComplete();
    }
  }
}
