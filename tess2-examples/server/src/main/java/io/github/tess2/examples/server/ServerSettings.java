package io.github.tess2.examples.server;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The settings of a server.
 *
 * @param host the name or address to listen on
 * @param port from 1 to 65,535, or 0 for any free port
 * @param key the key that clients must present; empty to accept all clients
 * @param model the model's name
 * @param canvas the canvas that the model was opened with, for requests that set none; empty for
 *     the model's default
 * @param length the length of answers to requests that set none; empty for the model's default, or
 *     the limit if that is less
 * @param limits the limits of requests
 */
public record ServerSettings(
    String host,
    int port,
    Optional<String> key,
    String model,
    Optional<String> canvas,
    OptionalInt length,
    Limits limits) {
  private static final int LAST_PORT = 65_535;

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if the port or the length is out of range, or the key or a
   *     name is blank
   */
  public ServerSettings {
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
    if (length.isPresent() && (length.getAsInt() < 1 || length.getAsInt() > limits.length())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the default length must be from 1 to %d, the limit of the length, but is: %d",
              limits.length(),
              length.getAsInt()));
    }
  }

  /** Leaves out the key, which must stay secret. */
  @Override
  public String toString() {
    return host + ":" + port + ", " + model;
  }
}
