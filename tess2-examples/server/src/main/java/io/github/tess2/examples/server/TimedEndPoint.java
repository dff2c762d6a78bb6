package io.github.tess2.examples.server;

import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection on which a request must arrive, and an answer be read, within a limited time.
 * Jetty's own limit starts anew with every byte, so that a byte now and then would keep a
 * connection for ever. The limits are checked whenever bytes arrive or leave; if none do, the idle
 * timeout ends the wait.
 */
final class TimedEndPoint extends SocketChannelEndPoint {
  private static final int DRAINED_BYTES = 1 << 13;

  private final LongSupplier clock;
  private final long transferNanos;
  private final Executor executor;

  private volatile Phase phase = Phase.IDLE;

  /** When the first byte of the request came. */
  private volatile long since;

  private volatile boolean stoodStill;
  private volatile boolean late;
  private volatile SendLimit sending;

  /** How far a request has arrived. */
  enum Phase {
    /** No request has begun. */
    IDLE,
    HEADERS,
    BODY,
    /** The whole request is there. */
    ANSWER
  }

  /** Until when an answer must be read. */
  static final class SendLimit {
    private final LongSupplier clock;
    private volatile long end;

    private SendLimit(LongSupplier clock, long nanos) {
      this.clock = clock;
      within(nanos);
    }

    /** Allows so many nanoseconds from now on. */
    void within(long nanos) {
      end = clock.getAsLong() + nanos;
    }

    private boolean isOver() {
      return clock.getAsLong() - end > 0;
    }
  }

  /** Tells the connection when the headers of a request are there, and when its answer is sent. */
  static final class Watch extends Handler.Wrapper {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      TimedEndPoint connection = of(request);
      connection.phase = Phase.BODY;
      request.addHttpStreamWrapper(
          stream ->
              new HttpStream.Wrapper(stream) {
                @Override
                public void succeeded() {
                  connection.awaitRequest();
                  super.succeeded();
                }
              });
      return super.handle(request, response, callback);
    }
  }

  /**
   * @param clock in nanoseconds, as {@link System#nanoTime()}
   * @param transferNanos how long a request may take to arrive, and an answer to be read
   * @param executor reads what has come when the idle timeout is over
   */
  TimedEndPoint(
      SocketChannel channel,
      ManagedSelector selector,
      SelectionKey key,
      Scheduler scheduler,
      LongSupplier clock,
      long transferNanos,
      Executor executor) {
    super(channel, selector, key, scheduler);
    this.clock = clock;
    this.transferNanos = transferNanos;
    this.executor = executor;
    this.sending = new SendLimit(clock, transferNanos);
  }

  /** The connection that a request came on. */
  static TimedEndPoint of(ServletRequest request) {
    return of(ServletContextRequest.getServletContextRequest(request));
  }

  private static TimedEndPoint of(Request request) {
    return (TimedEndPoint) request.getConnectionMetaData().getConnection().getEndPoint();
  }

  private void awaitRequest() {
    stoodStill = false;
    phase = Phase.IDLE;
  }

  /** To be called when the whole request is there. The limit of its answer begins. */
  void answer() {
    sending = new SendLimit(clock, transferNanos);
    phase = Phase.ANSWER;
  }

  /** Until when the present answer must be read. */
  SendLimit sending() {
    return sending;
  }

  Phase phase() {
    return phase;
  }

  /** Whether the request was given up because it did not arrive in time. */
  boolean isLate() {
    return late;
  }

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    boolean arriving = phase == Phase.HEADERS || phase == Phase.BODY;
    if (arriving && (stoodStill || clock.getAsLong() - since > transferNanos)) {
      giveUp();
    }
    int filled = super.fill(buffer);
    if (filled > 0 && phase == Phase.IDLE) {
      since = clock.getAsLong();
      phase = Phase.HEADERS;
    }
    return filled;
  }

  /** Without headers nobody else can answer; without a body the request's handler does. */
  private void giveUp() throws IOException {
    late = true;
    // What is left unread when the connection ends would reset it, and take the answer with it.
    getChannel().read(ByteBuffer.allocate(DRAINED_BYTES));
    shutdownInput();
    if (phase == Phase.HEADERS) {
      getChannel().write(ByteBuffer.wrap(headersLate()));
      shutdownOutput();
    }
  }

  private static byte[] headersLate() {
    String body =
        Json.text(ApiException.slow("the request's headers did not arrive in time").json());
    return String.join(
            "\r\n",
            "HTTP/1.1 408 Request Timeout",
            "Content-Type: application/json",
            "Content-Length: " + body.length(),
            "Connection: close",
            "",
            body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Jetty would wait for the body once more, so the end of the wait is reported as the end of the
   * input.
   */
  @Override
  protected void onIdleExpired(TimeoutException timeout) {
    if (phase == Phase.HEADERS || phase == Phase.BODY) {
      stoodStill = true;
      executor.execute(() -> getFillInterest().fillable());
    } else {
      super.onIdleExpired(timeout);
    }
  }

  @Override
  public boolean flush(ByteBuffer... buffers) throws IOException {
    if (phase == Phase.ANSWER && sending.isOver()) {
      throw new EofException(new TimeoutException("the answer was not read in time"));
    }
    return super.flush(buffers);
  }
}
