package io.github.tess2.examples.server;

import com.google.gson.JsonObject;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Server-sent events, each sent at once. */
final class EventStream {
  private final HttpServletResponse response;
  private boolean begun;

  EventStream(HttpServletResponse response) {
    this.response = response;
  }

  /** Whether anything has been sent, so that the status can no longer change. */
  boolean begun() {
    return begun;
  }

  /** Sends an event. */
  void send(JsonObject event) throws IOException {
    send(Json.text(event));
  }

  /** Sends the event that ends a successful stream. */
  void done() throws IOException {
    send("[DONE]");
  }

  private void send(String data) throws IOException {
    if (!begun) {
      response.setContentType("text/event-stream;charset=utf-8");
      // Keeps proxies from buffering events.
      response.setHeader("X-Accel-Buffering", "no");
      begun = true;
    }
    OutputStream out = response.getOutputStream();
    out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
