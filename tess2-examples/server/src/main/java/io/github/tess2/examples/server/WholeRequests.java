package io.github.tess2.examples.server;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.util.Callback;

/** A request gets a thread only when all of it is there, so that slow ones keep none. */
final class WholeRequests extends EagerContentHandler {
  /**
   * @param mostBytes of a body that are awaited
   */
  WholeRequests(long mostBytes) {
    super(new RetainedContentLoaderFactory(mostBytes, -1, false));
  }

  @Override
  public void setHandler(Handler handler) {
    super.setHandler(new FailureOf(handler));
  }

  /**
   * Tells Jetty of an answer that fails. What its loader hands on, as a request and a callback in
   * one, forwards {@code fail}, and not {@code failed}: the connection would never be closed.
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
