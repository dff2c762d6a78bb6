package io.github.tess2.examples.server;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.DiffusionLM;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** A server for tests, on the shipped model unless another is given. */
final class Served implements AutoCloseable {
  static final Limits LIMITS = Limits.DEFAULT;

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  final Tess2Server server;
  final List<String> log = new CopyOnWriteArrayList<>();

  private Served(DiffusionLM lm, Optional<String> key, Limits limits, LongSupplier clock) {
    try {
      server = Tess2Server.start(lm, settings(key, OptionalInt.empty(), limits), log::add, clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ServerSettings settings(Optional<String> key, OptionalInt length, Limits limits) {
    return new ServerSettings("127.0.0.1", 0, key, "tess2", Optional.empty(), length, limits);
  }

  static Served of(DiffusionLM lm) {
    return new Served(lm, Optional.empty(), LIMITS, System::nanoTime);
  }

  static Served of(DiffusionLM lm, Limits limits) {
    return of(lm, limits, System::nanoTime);
  }

  /** Starts a server with a clock for its time limits. */
  static Served of(DiffusionLM lm, Limits limits, LongSupplier clock) {
    return new Served(lm, Optional.empty(), limits, clock);
  }

  static Served withKey(DiffusionLM lm, String key) {
    return new Served(lm, Optional.of(key), LIMITS, System::nanoTime);
  }

  static Limits limits(int concurrent, int waiting, Duration waitingTime) {
    return limits(concurrent, waiting, waitingTime, LIMITS.idle());
  }

  static Limits limits(int concurrent, int waiting, Duration waitingTime, Duration idle) {
    return limits(64, concurrent, waiting, waitingTime, idle);
  }

  static Limits limits(int length) {
    return limits(length, 4, 4, Duration.ofSeconds(30), LIMITS.idle());
  }

  private static Limits limits(
      int length, int concurrent, int waiting, Duration waitingTime, Duration idle) {
    return new Limits(
        10_000,
        1_000,
        50,
        length,
        4,
        concurrent,
        waiting,
        waitingTime,
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        idle,
        false);
  }

  /** An answer to a request. */
  record Answer(int status, String body, HttpResponse<String> response) {
    JsonObject json() {
      return JsonParser.parseString(body).getAsJsonObject();
    }

    JsonObject error() {
      return json().getAsJsonObject("error");
    }

    String message() {
      return error().get("message").getAsString();
    }

    /** The text of the first choice. */
    String text() {
      JsonObject choice = choice();
      return choice.has("message")
          ? choice.getAsJsonObject("message").get("content").getAsString()
          : choice.get("text").getAsString();
    }

    JsonObject choice() {
      return json().getAsJsonArray("choices").get(0).getAsJsonObject();
    }

    /** The data of the events, without the last one, which is not JSON. */
    List<JsonObject> events() {
      return data()
          .filter(line -> !line.equals("[DONE]"))
          .map(line -> JsonParser.parseString(line).getAsJsonObject())
          .toList();
    }

    Stream<String> data() {
      return body.lines()
          .filter(line -> line.startsWith("data: "))
          .map(line -> line.substring("data: ".length()));
    }
  }

  URI uri(String path) {
    return URI.create(server.address() + path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(60));
  }

  Answer get(String path) {
    return send(request(path));
  }

  Answer post(String path, String json) {
    return send(body(path, json));
  }

  HttpRequest.Builder body(String path, String json) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json));
  }

  Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends a chat request with additional fields: {@code ,"steps":2}. */
  Answer chat(String message, String more) {
    return post("/v1/chat/completions", chatBody(message, more));
  }

  static String chatBody(String message, String more) {
    return "{\"model\":\"tess2\",\"messages\":[{\"role\":\"user\",\"content\":\""
        + message
        + "\"}]"
        + more
        + "}";
  }

  /** Sends a completion request with additional fields. */
  Answer complete(String prompt, String more) {
    return post(
        "/v1/completions", "{\"model\":\"tess2\",\"prompt\":\"" + prompt + "\"" + more + "}");
  }

  /** The sum of the metrics whose names begin with this. */
  double metric(String name) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** Waits until a metric has a value. */
  void await(String metric, double value) {
    while (metric(metric) != value) {
      Thread.onSpinWait();
    }
  }

  /** Waits until no answer is being computed. */
  void awaitIdle() {
    await("tess2_server_answers_", 0);
  }

  /** Waits until a request on one of the connections has reached this phase. */
  void awaitArrival(TimedEndPoint.Phase phase) {
    while (server.endPoints().noneMatch(connection -> connection.phase() == phase)) {
      Thread.onSpinWait();
    }
  }

  /** Waits for a line of the log. */
  void awaitLog(String part) {
    while (log.stream().noneMatch(line -> line.contains(part))) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
