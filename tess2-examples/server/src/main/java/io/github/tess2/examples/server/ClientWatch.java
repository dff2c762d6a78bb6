package io.github.tess2.examples.server;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Notices that a client has gone away while its answer is computed. Jetty reads nothing from a
 * connection meanwhile, so it would not notice before it writes.
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

  /** Whether nobody waits for the answer any more. */
  boolean gone() {
    if (gone || talks) {
      return gone;
    }
    ByteBuffer one = ByteBuffer.allocate(1);
    try {
      // The selector has put it into non-blocking mode: 0 where there is nothing to read.
      int read = channel.read(one);
      gone = read < 0;
      if (read > 0) {
        // The next request, sent before this one's answer: nobody can put the byte back, so the
        // connection ends with this answer, and the client asks again on another one.
        talks = true;
        response.setHeader("Connection", "close");
      }
    } catch (IOException e) {
      gone = true;
    }
    return gone;
  }

  /** Takes note that writing has failed. */
  void failed() {
    gone = true;
  }
}
