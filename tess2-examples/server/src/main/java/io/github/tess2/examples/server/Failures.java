package io.github.tess2.examples.server;

import io.github.tess2.PluginException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What a generation fails with, as a client should see it. */
final class Failures {
  private Failures() {}

  /** The answer to a request that failed with this. */
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

  /** What a plugin is to blame for is not the client's; a wrong choice of one is. */
  static ApiException ofPlugin(PluginException e) {
    return e.getCause() == null
        ? ApiException.invalid(null, "invalid_value", String.valueOf(e.getMessage()))
        : ApiException.failed("a plugin failed: " + e.getMessage(), e);
  }
}
