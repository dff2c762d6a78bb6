package io.github.tess2.examples.server;

import java.util.Optional;

/**
 * Where a server listens, and for whom.
 *
 * @param host the name or address to listen at
 * @param port from 1 to 65,535, or 0 for any that is free
 * @param key what clients must show; empty where all may come
 * @param model what the model is called
 * @param canvas the canvas of requests that set none, as the model was opened with it; empty for
 *     the model's own
 * @param limits what requests may ask for
 */
public record Settings(
    String host,
    int port,
    Optional<String> key,
    String model,
    Optional<String> canvas,
    Limits limits) {
  private static final int LAST_PORT = 65_535;

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if the port is none, or the key or a name is blank
   */
  public Settings {
    if (port < 0 || port > LAST_PORT) {
      throw new IllegalArgumentException(
          "the port must be from 0 to " + LAST_PORT + ", but is: " + port);
    }
    if (host.isBlank()) {
      throw new IllegalArgumentException("the host must not be blank");
    }
    if (model.isBlank()) {
      throw new IllegalArgumentException("the model's name must not be blank");
    }
    if (key.isPresent() && key.get().isBlank()) {
      throw new IllegalArgumentException("the API key must not be blank");
    }
  }

  /** The key is nobody's business. */
  @Override
  public String toString() {
    return host + ":" + port + ", " + model;
  }
}
