package io.github.tess2.examples.server;

import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;

/** Controls access: if the server has a key, requests must present it. */
final class Access {
  private static final String BEARER = "bearer ";

  private final ServerSettings settings;
  private final boolean local;

  Access(ServerSettings settings) {
    this.settings = settings;
    this.local = isLoopback(settings.host());
  }

  /** Whether a name or an address is a loopback one, which other machines cannot reach. */
  static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * Refuses a request without the key.
   *
   * @throws ApiException if there is a key and the request does not have it
   */
  void requireKey(Context context) {
    if (settings.key().isEmpty()) {
      return;
    }
    String header = context.header("Authorization");
    boolean shown =
        header != null
            && header.toLowerCase(Locale.ROOT).startsWith(BEARER)
            && same(header.substring(BEARER.length()).strip(), settings.key().get());
    if (!shown) {
      context.header("WWW-Authenticate", "Bearer");
      throw ApiException.of(
          401,
          null,
          "invalid_api_key",
          "the API key must be given as Authorization: Bearer KEY, but is missing or wrong");
    }
  }

  /** Compares in constant time, so that the time does not reveal the key. */
  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Refuses a request that is addressed to another host. A web site may make its own name resolve
   * to this machine (DNS rebinding), and its pages could then read the answers of this server.
   *
   * @throws ApiException if this server listens on loopback and the request names another host
   */
  void requireHost(Context context) {
    String header = context.header("Host");
    if (!local || header == null) {
      return;
    }
    String host = withoutPort(header).toLowerCase(Locale.ROOT);
    if (!host.equals("localhost")
        && !host.endsWith(".localhost")
        && !host.equals(settings.host().toLowerCase(Locale.ROOT))
        && !isLoopbackAddress(host)) {
      throw ApiException.of(
          421,
          null,
          "misdirected_request",
          "this server answers only requests to this machine, but the request is for: "
              + Fields.shown(host));
    }
  }

  private static String withoutPort(String header) {
    int end = header.startsWith("[") ? header.indexOf(']') + 1 : header.lastIndexOf(':');
    return end <= 0 ? header : header.substring(0, end);
  }

  /**
   * Accepts addresses only. A name must not be looked up, because its owner decides what it
   * resolves to.
   */
  private static boolean isLoopbackAddress(String host) {
    return host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
  }
}
