package io.github.tess2.examples.server;

import com.google.gson.JsonElement;
import io.github.tess2.DiffusionLM;
import io.github.tess2.ModelInfo;
import io.github.tess2.examples.text.Guidances;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a model over HTTP. The caller closes the model after the server.
 *
 * <pre>{@code
 * try (DiffusionLM lm = DiffusionLM.builder().build();
 *     Tess2Server server = Tess2Server.start(lm, settings, System.out::println)) {
 *   server.shutDown(Duration.ofSeconds(30));
 * }
 * }</pre>
 */
public final class Tess2Server implements AutoCloseable {
  /** nginx's status for a client that went away; used only in the log. */
  static final int CLIENT_GONE = 499;

  private static final Logger LOG = LoggerFactory.getLogger(Tess2Server.class);
  private static final String ENTRY = "tess2.entry";
  private static final String ID = "tess2.id";
  private static final int CONNECTIONS = 2_048;

  /** How long sending a complete response may take. */
  private static final long SEND_MILLIS = 2_000;

  private static final long TICK_MILLIS = 10;

  /** Threads for requests that are answered at once, in addition to those that write answers. */
  private static final int MORE_THREADS = 32;

  private static final int ID_BYTES = 12;

  /** How many guidances are kept open while no request uses them. */
  private static final int IDLE_GUIDANCES = 4;

  private final DiffusionLM lm;
  private final ServerSettings settings;
  private final LongSupplier clock;
  private final Guidances guidances = new Guidances(IDLE_GUIDANCES);
  private final Generations generations;
  private final Metrics metrics;
  private final AccessLog log;

  /** Number of requests whose response has not been sent. */
  private final AtomicInteger unsent = new AtomicInteger();

  private final Access access;
  private final Random random = new SecureRandom();
  private final long created = System.currentTimeMillis() / 1000;
  private final @Nullable ClassLoader plugins = Thread.currentThread().getContextClassLoader();
  private final Javalin javalin;

  private Tess2Server(
      DiffusionLM lm, ServerSettings settings, Consumer<String> log, LongSupplier clock) {
    this.lm = lm;
    this.settings = settings;
    this.clock = clock;
    this.generations = new Generations(lm, settings.limits(), clock);
    this.metrics = new Metrics(settings.model(), lm, generations, this::connections);
    this.log = new AccessLog(log);
    this.access = new Access(settings);
    this.javalin = Javalin.create(this::configure);
  }

  /**
   * Starts to listen.
   *
   * @param lm the model that answers; the caller closes it after the server
   * @param settings the server's settings
   * @param log receives a line of JSON for each request; several threads may call it at once
   * @return the server
   * @throws IOException if it cannot listen on the host and port
   */
  public static Tess2Server start(DiffusionLM lm, ServerSettings settings, Consumer<String> log)
      throws IOException {
    return start(lm, settings, log, System::nanoTime);
  }

  /** Starts to listen, with a clock for all time limits, in nanoseconds. */
  static Tess2Server start(
      DiffusionLM lm, ServerSettings settings, Consumer<String> log, LongSupplier clock)
      throws IOException {
    Tess2Server server = new Tess2Server(lm, settings, log, clock);
    try {
      server.javalin.start();
      return server;
    } catch (RuntimeException e) {
      server.close();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          String.format(
              Locale.ROOT,
              "cannot listen at %s:%d: %s",
              settings.host(),
              settings.port(),
              cause.getMessage()),
          e);
    }
  }

  private void configure(JavalinConfig config) {
    Limits limits = settings.limits();
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.prefer405over404 = true;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.jetty.threadPool =
        new QueuedThreadPool(limits.concurrent() + limits.waiting() + MORE_THREADS);
    config.jetty.modifyServer(server -> protect(server, limits));
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    config.jetty.addConnector(this::connector);
    routes(config.routes);
    config.requestLogger.http(this::logged);
  }

  private static void protect(Server server, Limits limits) {
    server.insertHandler(new WholeRequests(2L * limits.bodyBytes()));
    server.insertHandler(new TimedEndPoint.Watch());
    server.addBean(new NetworkConnectionLimit(CONNECTIONS, server));
    server.setErrorHandler(new HttpErrors());
  }

  private ServerConnector connector(Server server, HttpConfiguration http) {
    long transferNanos = settings.limits().transferTime().toNanos();
    ServerConnector connector =
        new ServerConnector(server, new HttpConnectionFactory(http)) {
          @Override
          protected SocketChannelEndPoint newEndPoint(
              SocketChannel channel, ManagedSelector selector, SelectionKey key) {
            TimedEndPoint connection =
                new TimedEndPoint(
                    channel, selector, key, getScheduler(), clock, transferNanos, getExecutor());
            connection.setIdleTimeout(getIdleTimeout());
            return connection;
          }
        };
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.limits().idle().toMillis());
    return connector;
  }

  private void routes(RoutesConfig routes) {
    routes.before(this::begin);
    routes.before("/v1/*", access::requireKey);
    routes.before("/metrics", access::requireKey);
    AskReader reader = new AskReader(settings, lm.info().maxLength(), guidances, random);
    routes.post("/v1/chat/completions", handler(Ask.Endpoint.CHAT, reader));
    routes.post("/v1/completions", handler(Ask.Endpoint.TEXT, reader));
    routes.get("/v1/models", context -> send(context, Catalog.models(settings, created)));
    routes.get("/v1/models/{model}", this::model);
    routes.get("/v1/tess2/options", context -> send(context, Catalog.options(settings, lm)));
    routes.get("/health/live", context -> context.result("live\n"));
    routes.get("/health/ready", this::ready);
    routes.get(
        "/metrics",
        context ->
            context
                .contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(metrics.scrape()));
    routes.get("/", context -> Page.send(context, "index.html"));
    for (String file : Page.files()) {
      routes.get("/" + file, context -> Page.send(context, file));
    }
    routes.exception(ApiException.class, (e, context) -> fail(e, context));
    routes.exception(HttpResponseException.class, (e, context) -> fail(ofHttp(e), context));
    routes.exception(Exception.class, (e, context) -> fail(Failures.of(e), context));
  }

  private CompletionHandler handler(Ask.Endpoint endpoint, AskReader reader) {
    ModelInfo info = lm.info();
    String fingerprint =
        String.format(
            Locale.ROOT,
            "tess2-%s-%s-%s",
            info.precision().name().toLowerCase(Locale.ROOT),
            info.weights().name().toLowerCase(Locale.ROOT),
            info.device().toString().toLowerCase(Locale.ROOT));
    return new CompletionHandler(
        endpoint, lm, settings, reader, generations, metrics, fingerprint, clock);
  }

  private void begin(Context context) {
    unsent.incrementAndGet();
    TimedEndPoint.of(context.req()).answer();
    // Plugins are looked up with the class loader of the thread that started the server. Jetty
    // restores its own class loader after the request.
    Thread.currentThread().setContextClassLoader(plugins);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Cache-Control", "no-store");
    context.header("X-Request-Id", id(context));
    access.requireHost(context);
  }

  private void ready(Context context) {
    boolean ending = generations.isEnding();
    context.status(ending ? 503 : 200).result(ending ? "ending\n" : "ready\n");
  }

  private void model(Context context) {
    String asked = context.pathParam("model");
    if (!asked.equals(settings.model())) {
      throw ApiException.of(
          404,
          "model",
          "model_not_found",
          "The model `" + Fields.shown(asked) + "` does not exist");
    }
    send(context, Catalog.model(settings, created));
  }

  private static void send(Context context, JsonElement json) {
    context
        .contentType("application/json")
        .result(Json.text(json).getBytes(StandardCharsets.UTF_8));
  }

  private void fail(ApiException e, Context context) {
    logFailure(e);
    entry(context).fail(e.kind());
    e.retryAfterSeconds()
        .ifPresent(seconds -> context.header("Retry-After", Long.toString(seconds)));
    context.status(e.status());
    send(context, e.json());
  }

  private static ApiException ofHttp(HttpResponseException e) {
    return ApiException.of(
        e.getStatus(), null, null, String.valueOf(e.getMessage()).replaceAll("\\.$", ""));
  }

  /** Logs the stack trace of server errors. */
  static void logFailure(ApiException e) {
    if (e.getCause() != null) {
      LOG.error("a request failed", e.getCause());
    }
  }

  /** The log entry of a request. */
  static AccessLog.Entry entry(Context context) {
    AccessLog.@Nullable Entry entry = context.attribute(ENTRY);
    if (entry == null) {
      entry = new AccessLog.Entry();
      context.attribute(ENTRY, entry);
    }
    return entry;
  }

  /** The id of a request in its response and in the log. */
  static String id(Context context) {
    @Nullable String id = context.attribute(ID);
    if (id == null) {
      byte[] bytes = new byte[ID_BYTES];
      ThreadLocalRandom.current().nextBytes(bytes);
      id = HexFormat.of().formatHex(bytes);
      context.attribute(ID, id);
    }
    return id;
  }

  /** Called when the response has been sent. */
  private void logged(Context context, float millis) {
    unsent.decrementAndGet();
    log.write(
        entry(context),
        id(context),
        context.ip(),
        context.method().toString(),
        context.path(),
        context.statusCode(),
        millis);
  }

  private int connections() {
    return (int) endPoints().count();
  }

  /** The open connections. */
  Stream<TimedEndPoint> endPoints() {
    return Stream.of(javalin.jettyServer().server().getConnectors())
        .flatMap(connector -> connector.getConnectedEndPoints().stream())
        .map(TimedEndPoint.class::cast);
  }

  /** {@return the port that the server listens on} */
  public int port() {
    return javalin.port();
  }

  /** {@return the address for a browser on this machine} */
  public String address() {
    String host = new InetSocketAddress(settings.host(), port()).getHostString();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
  }

  /**
   * Refuses new requests, and waits for running ones.
   *
   * @param patience the longest wait; requests still running then stop after their current step
   * @return whether all requests finished in time
   * @throws InterruptedException if this thread is interrupted while it waits
   */
  public boolean shutDown(Duration patience) throws InterruptedException {
    generations.refuse();
    boolean all = generations.awaitEnd(patience);
    if (!all) {
      generations.close();
      generations.awaitEnd(patience);
    }
    for (long left = SEND_MILLIS; unsent.get() > 0 && left > 0; left -= TICK_MILLIS) {
      Thread.sleep(TICK_MILLIS);
    }
    return all;
  }

  /** Stops listening, and stops running requests after their current step. */
  @Override
  public void close() {
    generations.close();
    javalin.stop();
    guidances.close();
  }
}
