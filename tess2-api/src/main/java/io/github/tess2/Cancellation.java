package io.github.tess2;

/**
 * Cancels requests from any thread, whether they were started by {@link DiffusionLM#generate},
 * {@link DiffusionLM#generateAll} or an asynchronous call.
 *
 * <pre>{@code
 * Cancellation cancellation = new Cancellation();
 * GenerationRequest request =
 *     GenerationRequest.builder(Prompt.user("What is 17 + 25?"))
 *         .cancellation(cancellation)
 *         .build();
 * new Thread(cancellation::cancel).start(); // such as a button, or a client that has gone
 * System.out.println(lm.generate(request).finishReason()); // CANCELLED, unless it was done before
 * }</pre>
 *
 * <p>A cancelled request ends before its next step with {@link FinishReason#CANCELLED}; its result
 * is the prediction of its last step, or empty if no step was run. One instance can cancel several
 * requests. Cancelling cannot be undone.
 */
public final class Cancellation {
  private volatile boolean cancelled;

  /** Creates a cancellation that is not yet cancelled. */
  public Cancellation() {}

  /** Cancels all requests built with this cancellation, including those that start later. */
  public void cancel() {
    cancelled = true;
  }

  /** {@return whether {@link #cancel} has been called} */
  public boolean isCancelled() {
    return cancelled;
  }
}
