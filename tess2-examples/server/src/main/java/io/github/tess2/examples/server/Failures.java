package io.github.tess2.examples.server;

import io.github.tess2.PluginException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Turns failures of a generation into the errors that clients see. */
final class Failures {
  private Failures() {}

  /** The error response for a failure. */
  static ApiException of(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof ApiException known) {
      return known;
    }
    if (cause instanceof PluginException plugin) {
      return ofPlugin(plugin);
    }
    if (cause instanceof IllegalArgumentException) {
      String message = String.valueOf(cause.getMessage());
      return ApiException.invalid(
          null, message.contains("tokens") ? "context_length_exceeded" : "invalid_value", message);
    }
    return ApiException.failed("the server failed to answer; its log says why", cause);
  }

  /** A failing plugin is a server error; a wrong choice of plugin is the client's error. */
  static ApiException ofPlugin(PluginException e) {
    return e.getCause() == null
        ? ApiException.invalid(null, "invalid_value", String.valueOf(e.getMessage()))
        : ApiException.failed("a plugin failed: " + e.getMessage(), e);
  }
}
