package io.github.tess2.examples.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A client that says what it likes. */
final class Connection implements AutoCloseable {
  private static final String CHAT = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n";
  private static final int POLL_MILLIS = 20;

  private final Socket socket = new Socket();

  Connection(Served served) throws IOException {
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), served.server.port()));
  }

  /** Begins a request to chat, whose headers go on with these. All arrives at once. */
  Connection beginChat(String more) throws IOException {
    return write(CHAT + "Content-Type: application/json\r\n" + more);
  }

  /** Asks to chat. */
  Connection chat(String body) throws IOException {
    return beginChat("Content-Length: " + body.length() + "\r\n\r\n" + body);
  }

  Connection write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  /** Waits for what it finds in the answer, or for its end. */
  String readUntil(String end) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    String text = "";
    while (!text.contains(end)) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        return text;
      }
      read.write(next);
      text = read.toString(StandardCharsets.UTF_8);
    }
    return text;
  }

  /** The answer, to the end of the connection. */
  String readAll() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Sends a byte after the other, until there is an answer. */
  String drip(String bytes) throws IOException {
    socket.setSoTimeout(POLL_MILLIS);
    for (int i = 0; ; i++) {
      try {
        write(bytes.substring(i % bytes.length(), i % bytes.length() + 1));
        int first = socket.getInputStream().read();
        socket.setSoTimeout(0);
        return first < 0 ? "" : (char) first + readAll();
      } catch (SocketTimeoutException e) {
        // No answer yet.
      }
    }
  }

  /** Ends the connection at once, whatever is on its way. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
