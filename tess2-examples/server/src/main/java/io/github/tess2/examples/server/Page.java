package io.github.tess2.examples.server;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** Serves the page and its files. It loads nothing from other servers. */
final class Page {
  /** A content security policy: scripts from other servers and inline scripts do not run. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> TYPES =
      Map.of(
          "index.html", "text/html;charset=utf-8",
          "page.css", "text/css;charset=utf-8",
          "page.js", "text/javascript;charset=utf-8",
          "canvas.js", "text/javascript;charset=utf-8",
          "icon.svg", "image/svg+xml");

  private Page() {}

  /** The paths of the files. */
  static Iterable<String> files() {
    return TYPES.keySet();
  }

  /** Sends a file. */
  static void send(Context context, String file) {
    context.header("Content-Security-Policy", POLICY);
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cache-Control", "no-cache");
    context.contentType(String.valueOf(TYPES.get(file)));
    context.result(read(file));
  }

  private static byte[] read(String file) {
    try (InputStream in = Page.class.getResourceAsStream("page/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the page's file is missing: " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
