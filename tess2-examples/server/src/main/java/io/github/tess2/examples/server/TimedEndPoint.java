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
 * Jetty's own limit restarts with every byte, so an occasional byte could keep a connection open
 * forever. The limits are checked whenever bytes arrive or leave; if none do, the idle timeout ends
 * the wait.
 */
final class TimedEndPoint extends SocketChannelEndPoint {
  private static final int DRAINED_BYTES = 1 << 13;

  private final LongSupplier clock;
  private final long transferNanos;
  private final Executor executor;

  private volatile Phase phase = Phase.IDLE;

  /** When the first byte of the request arrived. */
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
    /** The whole request has arrived. */
    ANSWER
  }

  /** The time by which an answer must be read. */
  static final class SendLimit {
    private final LongSupplier clock;
    private volatile long end;

    private SendLimit(LongSupplier clock, long nanos) {
      this.clock = clock;
      within(nanos);
    }

    /** Sets the limit to so many nanoseconds from now. */
    void within(long nanos) {
      end = clock.getAsLong() + nanos;
    }

    private boolean isOver() {
      return clock.getAsLong() - end > 0;
    }
  }

  /**
   * Notifies the connection when the headers of a request have arrived, and when its answer has
   * been sent.
   */
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
   * @param transferNanos longest time for a request to arrive, and for an answer to be read
   * @param executor reads the received bytes when the idle timeout expires
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

  /** The connection of a request. */
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

  /** Call this when the whole request has arrived. The time limit of its answer begins. */
  void answer() {
    sending = new SendLimit(clock, transferNanos);
    phase = Phase.ANSWER;
  }

  /** The time by which the current answer must be read. */
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

  /**
   * Gives up on the request. If the headers are missing, no handler runs, so this sends the error
   * itself. If the body is missing, the handler sends it.
   */
  private void giveUp() throws IOException {
    late = true;
    // Bytes left unread would make the closing connection reset, and the answer would be lost.
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

  /** Jetty would wait for the body again, so the timeout is reported as the end of the input. */
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
