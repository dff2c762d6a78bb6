package io.github.tess2.examples.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A client that can send arbitrary bytes. */
final class Connection implements AutoCloseable {
  private static final String CHAT = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n";
  private static final int POLL_MILLIS = 20;

  private final Socket socket = new Socket();

  Connection(Served served) throws IOException {
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), served.server.port()));
  }

  /** Begins a chat request with these additional headers. Sends everything at once. */
  Connection beginChat(String more) throws IOException {
    return write(CHAT + "Content-Type: application/json\r\n" + more);
  }

  /** Sends a chat request. */
  Connection chat(String body) throws IOException {
    return beginChat("Content-Length: " + body.length() + "\r\n\r\n" + body);
  }

  Connection write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  /** Reads the answer until it contains a text, or until its end. */
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

  /** Reads the answer until the connection ends. */
  String readAll() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Sends one byte at a time until there is an answer. */
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

  /** Resets the connection at once, even if data is in transit. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
