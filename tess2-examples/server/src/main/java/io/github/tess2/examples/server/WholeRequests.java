package io.github.tess2.examples.server;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Gives a request a thread only when all of it has arrived, so that slow requests do not occupy
 * threads.
 */
final class WholeRequests extends EagerContentHandler {
  /**
   * @param mostBytes most bytes of a body to wait for
   */
  WholeRequests(long mostBytes) {
    super(new RetainedContentLoaderFactory(mostBytes, -1, false));
  }

  @Override
  public void setHandler(Handler handler) {
    super.setHandler(new FailureOf(handler));
  }

  /**
   * Reports a failed answer to Jetty. Jetty's loader passes on one object that is both request and
   * callback, and it forwards {@code fail} but not {@code failed}. Without this the connection
   * would never be closed.
   */
  private static final class FailureOf extends Handler.Wrapper {
    FailureOf(Handler handler) {
      super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      Callback known =
          callback instanceof Request loaded
              ? Callback.from(callback::succeeded, loaded::fail)
              : callback;
      return super.handle(request, response, known);
    }
  }
}
