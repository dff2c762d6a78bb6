package io.github.tess2.runtime.generation;

import io.github.tess2.Cancellation;
import java.util.List;

/** A request that a caller has sent, with all its candidates. */
final class Job {
  private final Caller caller;
  private final Candidates candidates;
  private final List<Cancellation> cancellations;
  private final long submittedNanos = System.nanoTime();

  private int open;
  private boolean begun;
  private boolean abandoned;

  /**
   * Creates a job, to which its candidates are still to be added.
   *
   * @param cancellations the cancellations, any of which cancels it
   */
  Job(Caller caller, Candidates candidates, List<Cancellation> cancellations) {
    this.caller = caller;
    this.candidates = candidates;
    this.cancellations = cancellations;
  }

  Caller caller() {
    return caller;
  }

  Candidates candidates() {
    return candidates;
  }

  List<RequestState> states() {
    return candidates.states();
  }

  void add(RequestState state) {
    candidates.add(state);
    state.belongsTo(this);
    open++;
  }

  /** Notes that a candidate has joined the batch. {@return whether it is the first} */
  boolean begin() {
    boolean first = !begun;
    begun = true;
    return first;
  }

  boolean begun() {
    return begun;
  }

  /** Whether nobody waits for the answer any more, because it did not come in time. */
  boolean abandoned() {
    return abandoned;
  }

  /** Makes it stop before its next step. {@return whether it had not ended yet} */
  boolean abandon() {
    boolean stops = states().stream().anyMatch(state -> !state.finished());
    if (stops) {
      abandoned = true;
      candidates.cancel();
      states().forEach(state -> state.plugins().interrupt());
    }
    return stops;
  }

  /** Stops it if its caller has cancelled it. */
  void checkCancelled() {
    if (cancellations.stream().anyMatch(Cancellation::isCancelled)) {
      candidates.cancel();
    }
  }

  /** How long it has waited, or did wait, for its first step. */
  long waitedNanos() {
    return System.nanoTime() - submittedNanos;
  }

  /** Counts a candidate as ended. {@return whether it was the last} */
  boolean end() {
    return --open == 0;
  }
}
