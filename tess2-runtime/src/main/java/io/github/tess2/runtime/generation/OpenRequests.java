package io.github.tess2.runtime.generation;

import java.util.ArrayList;
import java.util.List;

/** The requests of one call, all closed, however it ends. */
final class OpenRequests implements AutoCloseable {
  private final List<RequestState> states = new ArrayList<>();

  void add(RequestState state) {
    states.add(state);
  }

  List<RequestState> states() {
    return states;
  }

  /** Closes all of them at their end; where that fails for one, that one has failed. */
  void end() {
    while (!states.isEmpty()) {
      RequestState state = states.remove(states.size() - 1);
      try {
        state.close();
      } catch (RuntimeException e) {
        state.fail(e);
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
