package io.github.tess2.runtime.generation;

import java.util.ArrayList;
import java.util.List;

/** The requests that a call has under way, all closed, however it ends. */
final class OpenRequests implements AutoCloseable {
  private final List<RequestState> states = new ArrayList<>();

  void add(RequestState state) {
    states.add(state);
  }

  List<RequestState> states() {
    return states;
  }

  /** Rows that all of them together may still compute at a step. */
  int rows() {
    return states.stream().mapToInt(RequestState::mostRows).sum();
  }

  /** Ends those that have run, failed or been cancelled, so that none waits for the others. */
  void endFinished() {
    for (RequestState state : List.copyOf(states)) {
      if (state.finished()) {
        states.remove(state);
        state.end();
      }
    }
  }

  /**
   * Closes those not at their end, even where that fails for one.
   *
   * @throws io.github.tess2.PluginException if a guidance of one fails to close
   */
  @Override
  public void close() {
    Failures.forEach(states, RequestState::close);
  }
}
