package io.github.tess2.runtime.generation;

import java.util.ArrayList;
import java.util.List;

/** The requests of one call, closed together, however it ends. */
final class OpenRequests implements AutoCloseable {
  private final List<RequestState> states = new ArrayList<>();

  void add(RequestState state) {
    states.add(state);
  }

  List<RequestState> states() {
    return states;
  }

  /** Throws what the first request that failed failed with, the others' failures suppressed. */
  void throwFailures() {
    Failures.forEach(
        states,
        state -> {
          if (state.failure != null) {
            throw state.failure;
          }
        });
  }

  /**
   * Closes all of them, even where that fails for one.
   *
   * @throws io.github.tess2.PluginException if a guidance of one fails to close
   */
  @Override
  public void close() {
    Failures.forEach(states, RequestState::close);
  }
}
