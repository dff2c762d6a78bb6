package io.github.tess2.examples.server;

import com.google.gson.JsonObject;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** An error response in OpenAI's form. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final String INVALID = "invalid_request_error";
  private static final String SERVER = "server_error";

  private final int status;
  private final String type;
  private final @Nullable String param;
  private final @Nullable String code;
  private final long retryAfterSeconds;

  private ApiException(
      int status,
      String type,
      @Nullable String param,
      @Nullable String code,
      String message,
      long retryAfterSeconds,
      @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
    this.type = type;
    this.param = param;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** An invalid request; {@code param} is the field at fault, if there is one. */
  static ApiException invalid(@Nullable String param, @Nullable String code, String message) {
    return of(400, param, code, message);
  }

  /** A request that is refused with a status other than 400. */
  static ApiException of(
      int status, @Nullable String param, @Nullable String code, String message) {
    return new ApiException(status, INVALID, param, code, message, 0, null);
  }

  /** Too many requests at once. */
  static ApiException busy(String message, long retryAfterSeconds) {
    return new ApiException(
        429, "requests", null, "rate_limit_exceeded", message, retryAfterSeconds, null);
  }

  /** A request that did not arrive in time. */
  static ApiException slow(String message) {
    return of(408, null, "request_timeout", message);
  }

  /** The server is shutting down. */
  static ApiException ending() {
    return new ApiException(
        503, SERVER, null, "shutting_down", "the server is shutting down", 5, null);
  }

  /** A request that took too long. */
  static ApiException late(String message) {
    return new ApiException(504, SERVER, null, "timeout", message, 0, null);
  }

  /** A failure that the client did not cause. */
  static ApiException failed(String message, Throwable cause) {
    return new ApiException(500, SERVER, null, null, message, 0, cause);
  }

  int status() {
    return status;
  }

  /** What failed, in a word, for the log and the metrics. */
  String kind() {
    return code == null ? type : code;
  }

  /** After how many seconds to try again. */
  OptionalLong retryAfterSeconds() {
    return retryAfterSeconds == 0 ? OptionalLong.empty() : OptionalLong.of(retryAfterSeconds);
  }

  /** The body of the response. */
  JsonObject json() {
    JsonObject error = new JsonObject();
    error.addProperty("message", getMessage());
    error.addProperty("type", type);
    error.addProperty("param", param);
    error.addProperty("code", code);
    JsonObject body = new JsonObject();
    body.add("error", error);
    return body;
  }
}
