package io.github.tess2.examples.server;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Notices that a client has gone away while its answer is computed. Jetty does not read from the
 * connection during that time, so it would notice only when it writes.
 */
final class ClientWatch {
  private final SocketChannel channel;
  private final HttpServletResponse response;
  private boolean gone;
  private boolean talks;

  private ClientWatch(SocketChannel channel, HttpServletResponse response) {
    this.channel = channel;
    this.response = response;
  }

  /** Watches the client of a request whose body has been read. */
  static ClientWatch of(HttpServletRequest request, HttpServletResponse response) {
    return new ClientWatch(TimedEndPoint.of(request).getChannel(), response);
  }

  /** Whether the client has gone. */
  boolean gone() {
    if (gone || talks) {
      return gone;
    }
    ByteBuffer one = ByteBuffer.allocate(1);
    try {
      // The selector has set the channel to non-blocking mode, so this returns 0 if there is
      // nothing to read.
      int read = channel.read(one);
      gone = read < 0;
      if (read > 0) {
        // The client has sent the next request before this answer. The byte cannot be put back, so
        // the connection is closed after this answer, and the client sends the request again on a
        // new one.
        talks = true;
        response.setHeader("Connection", "close");
      }
    } catch (IOException e) {
      gone = true;
    }
    return gone;
  }

  /** Records that writing failed. */
  void failed() {
    gone = true;
  }
}
