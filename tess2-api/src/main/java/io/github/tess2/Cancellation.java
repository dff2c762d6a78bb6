package io.github.tess2;

/**
 * Cancels requests from any thread, whichever way they were started: by {@link
 * DiffusionLM#generate}, {@link DiffusionLM#generateAll} or an asynchronous call.
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
 * holds what its last step predicted, nothing where it had none. One instance may serve several
 * requests. It cannot be undone.
 */
public final class Cancellation {
  private volatile boolean cancelled;

  /** Creates a cancellation that has not happened. */
  public Cancellation() {}

  /** Cancels the requests that were built with this, those included that start later. */
  public void cancel() {
    cancelled = true;
  }

  /** {@return whether {@link #cancel} was called} */
  public boolean isCancelled() {
    return cancelled;
  }
}
