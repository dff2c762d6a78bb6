package io.github.tess2.examples.server;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Gives Jetty's own errors, such as malformed HTTP or long headers, the same form as all other
 * errors.
 */
final class HttpErrors extends ErrorHandler {
  private static final int OURS = 500;

  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    ApiException error =
        code == OURS && cause != null
            ? Failures.of(cause)
            : ApiException.of(code, null, null, String.valueOf(message));
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    Content.Sink.write(response, true, Json.text(error.json()), callback);
  }
}
