package io.github.tess2.examples.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.DiffusionLM;
import io.github.tess2.contract.Providers;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.StoppingCriterion;
import io.github.tess2.spi.StoppingCriterionProvider;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Other clients are answered, no matter what one client does. */
@ExtendWith(SharedModel.class)
class MisbehaviourTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String SHORT = ",\"steps\":2,\"max_tokens\":16,\"seed\":7";

  private static final String HOOKED =
      ",\"steps\":3,\"max_tokens\":16,\"seed\":7,\"stopping_criterion\":\"hook\"";

  private static DiffusionLM lm;

  @RegisterExtension final Providers providers = new Providers();

  private Served served;

  @BeforeAll
  static void load(DiffusionLM model) {
    lm = model;
  }

  private Served start() {
    served = Served.of(lm, Served.limits(2, 2, Duration.ofSeconds(20)));
    return served;
  }

  @AfterEach
  void stop() {
    // A client that is served at the end proves that nothing is stuck.
    if (served != null) {
      served.awaitIdle();
      assertThat(served.chat("What is 1 + 1?", SHORT).status()).isEqualTo(200);
      served.close();
    }
  }

  private double running() {
    return served.metric("tess2_server_answers_");
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~~                                                        | it ends too early",
        "nonsense                                                  | must be well-formed JSON",
        "[]                                                        | must hold a JSON object",
        "{\"model\":\"tess2\"                                      | it ends too early",
        "{'model':'tess2'}                                         | must be well-formed JSON",
        "{\"model\":\"tess2\",\"model\":\"tess2\"}                 | must occur once",
        "{\"model\":\"tess2\"} {}                                  | not JSON, near: {}",
        "{\"model\":1}                                             | model must be a string, but is: 1",
        "{}                                                        | Missing required parameter: model",
        "{\"model\":\"tess2\"}                                     | Missing required parameter: messages",
        "{\"model\":\"tess2\",\"messages\":{}}                     | messages must be an array",
        "{\"model\":\"tess2\",\"messages\":[]}                     | at least one message",
        "{\"model\":\"tess2\",\"messages\":[1]}                    | messages[0] must be an object",
        "{\"model\":\"tess2\",\"messages\":[{\"role\":\"user\",\"content\":\" \"}]} | not be blank",
        "{\"model\":\"tess2\",\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]} | messages[0].role must be",
        "{\"model\":\"tess2\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]} | must be text",
        "{\"model\":\"tess2\",\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]} | half a surrogate pair",
      })
  void body_wrong_isRefusedWithTheReason(String body, String reason) {
    Served.Answer answer = start().post(CHAT, body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains(reason);
    assertThat(answer.error().get("type").getAsString()).isEqualTo("invalid_request_error");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"steps\":0              | steps | steps must be a whole number from 1 to 50, but is: 0",
        "\"steps\":51             | steps | steps must be a whole number from 1 to 50, but is: 51",
        "\"steps\":1.5            | steps | steps must be a whole number",
        "\"steps\":\"2\"          | steps | steps must be a whole number",
        "\"steps\":1e999999999    | steps | steps must be a whole number",
        "\"steps\":true           | steps | steps must be a whole number",
        "\"max_tokens\":65        | max_tokens | max_tokens must be a whole number from 1 to 64",
        "\"n\":5                  | n     | n must be a whole number from 1 to 4",
        "\"seed\":9223372036854775808 | seed | seed must be a whole number of 64 bits",
        "\"temperature\":1e400    | temperature | temperature must be a number",
        "\"stream\":1             | stream | stream must be true or false",
        "\"stop\":[\"\"]          | stop  | stop must not contain an empty text",
        "\"stop\":[\"1\",\"2\",\"3\",\"4\",\"5\"] | stop | stop must have at most 4 texts, but has: 5",
        "\"diffusing\":true       | diffusing | diffusing needs stream: true",
        "\"stream_options\":{}    | stream_options | stream_options needs stream: true",
        "\"tools\":[{}]           | tools | tools is not supported",
        "\"logprobs\":true        | logprobs | logprobs is not supported",
        "\"frequency_penalty\":1  | frequency_penalty | is not supported",
        "\"colour\":1             | colour | Unrecognized request argument supplied: colour",
      })
  void field_wrong_isNamed(String field, String param, String reason) {
    Served.Answer answer = start().chat("Hi", "," + field);

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error().get("param").getAsString()).isEqualTo(param);
    assertThat(answer.message()).contains(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"temperature\":-1  | temperature must be",
        "\"top_p\":2         | top_p must be greater than zero",
        "\"sampler\":\"x\"   | named \"x\"",
        "\"sampler\":\"\"    | must not be blank",
        "\"grid\":\"cosine:x=1\" | has no option \"x\"",
        "\"grid\":\"learned:file=/etc/passwd\" | must not choose files",
        "\"guidance\":\"reward-model:path=/\" | must not choose files",
        "\"guidance\":\"weighted-sum:a=reward-model( PATH =/)\" | must not choose files",
        "\"guidance\":\"reward-function:reward=pattern-at(at=0)\" | must not choose files",
        "\"guidance\":\"best-of:n=9,reward=answer-length(max=3)\" | candidates of the guidance must be at most 4, but are: 9",
        "\"infill\":true     | an infill must have a blank",
      })
  void option_wrong_isRefusedBeforeAnyWork(String field, String reason) {
    Served.Answer answer = start().chat("Hi", "," + field);

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.message()).contains(reason);
  }

  @Test
  void body_deeplyNested_isRefused() {
    Served.Answer answer = start().post(CHAT, "{\"model\":" + "[".repeat(4_000));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains("must be well-formed JSON");
  }

  @Test
  void body_notUtf8_isRefused() {
    byte[] body = Served.chatBody("ä", SHORT).getBytes(StandardCharsets.ISO_8859_1);

    Served.Answer answer =
        start()
            .send(
                served
                    .request(CHAT)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body)));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).isEqualTo("the request's body: must be UTF-8 text, but is not");
  }

  @Test
  void body_large_isRefused() {
    Served.Answer answer = start().chat("x".repeat(10_000), SHORT);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.message()).contains("must have at most 10000 bytes, but has more");
  }

  @Test
  void prompt_long_isRefused() {
    Served.Answer answer = start().chat("x".repeat(1_001), SHORT);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message())
        .isEqualTo("the prompt must have at most 1000 characters, but has: 1001");
  }

  @Test
  void prompt_longerThanTheModel_isRefused() {
    Served.Answer answer = start().chat("x y ".repeat(100), SHORT);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error().get("code").getAsString()).isEqualTo("context_length_exceeded");
  }

  @Test
  void body_otherType_isRefused() {
    Served.Answer answer =
        start()
            .send(
                served
                    .request(CHAT)
                    .header("Content-Type", "text/plain")
                    .POST(HttpRequest.BodyPublishers.ofString(Served.chatBody("Hi", SHORT))));

    assertThat(answer.status()).isEqualTo(415);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~nonsense\r\n\r\n~                                                | 400",
        "~POST /v1/models HTTP/1.1\r\nHost: localhost\r\nNo colon\r\n\r\n~  | 400",
        "~POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n~ | 400",
        "~POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n~ | 400",
        "~GET / HTTP/9.9\r\nHost: localhost\r\n\r\n~                         | 505",
      })
  void request_thatIsNoHttp_isRefusedInTheSameForm(String request, int status) throws IOException {
    start();
    try (Connection client = new Connection(served).write(request)) {
      assertThat(client.readAll())
          .startsWith("HTTP/1.1 " + status)
          .contains("{\"error\":{\"message\":", "\"type\":\"invalid_request_error\"");
    }
  }

  @Test
  void headers_large_areRefused() throws IOException {
    start();
    try (Connection client = new Connection(served)) {
      client.write("GET / HTTP/1.1\r\nHost: localhost\r\nX-More: " + "x".repeat(8_200));

      assertThat(client.readAll()).startsWith("HTTP/1.1 431").contains("{\"error\":{\"message\":");
    }
  }

  @Test
  void body_wrongChunk_isRefused() throws IOException {
    start();
    try (Connection client = new Connection(served).beginChat("")) {
      client.write("Transfer-Encoding: chunked\r\n\r\n5\r\n{\"mod\r\nzz\r\n");

      assertThat(client.readAll())
          .startsWith("HTTP/1.1 499")
          .contains("the request's body is incomplete or violates HTTP");
    }
  }

  @Test
  void host_anotherName_isRefused() throws IOException {
    start();
    try (Connection client = new Connection(served)) {
      client.write("GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

      assertThat(client.readAll()).startsWith("HTTP/1.1 421").contains("for: evil.example");
    }
  }

  @Test
  void connections_thatHangUpHalfWay_harmNobody() throws IOException {
    start();
    List<Connection> open = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      Connection client = new Connection(served).beginChat("");
      if (i % 2 == 0) {
        client.write("Content-Length: 500\r\n\r\n{\"model\":");
      }
      if (i % 4 < 2) {
        client.close();
      } else {
        open.add(client);
      }
    }

    // More requests are open and unfinished now than there are threads.
    assertThat(served.chat("What is 1 + 1?", SHORT).status()).isEqualTo(200);
    for (Connection client : open) {
      client.close();
    }
    // One connection is that of the client that reads the metrics.
    served.await("tess2_server_connections", 1);
  }

  @Test
  void client_gone_isCancelled() throws IOException {
    start();
    for (String stream : List.of("", ",\"stream\":true,\"diffusing\":true")) {
      String body = Served.chatBody("Hi", ",\"steps\":50,\"max_tokens\":64" + stream);
      Connection client = new Connection(served).chat(body);
      await(() -> running() > 0);
      client.close();
      served.awaitLog("client_gone");
      served.log.clear();
    }
    assertThat(served.get("/metrics").body()).contains("tess2_server_cancellations_total 2.0");
  }

  @Test
  void requests_tooMany_areToldWhenToTryAgain() throws IOException {
    providers.install(StoppingCriterionProvider.class, Hook.class);
    start();
    CompletableFuture<Served.Answer> first;
    try (Hook.Gate gate = new Hook.Gate()) {
      first = CompletableFuture.supplyAsync(() -> served.chat("Hi", HOOKED + ",\"n\":4"));
      gate.awaitRequest();

      Served.Answer second = served.chat("Hi", SHORT);

      assertThat(second.status()).isEqualTo(429);
      assertThat(second.error().get("code").getAsString()).isEqualTo("rate_limit_exceeded");
      assertThat(second.response().headers().firstValueAsLong("Retry-After")).isPresent();
    }
    assertThat(first.join().status()).isEqualTo(200);
  }

  @Test
  void shutDown_runningRequest_endsAndNewOnesAreRefused() throws Exception {
    providers.install(StoppingCriterionProvider.class, Hook.class);
    start();
    CompletableFuture<Served.Answer> running;
    CompletableFuture<Boolean> down;
    try (Hook.Gate gate = new Hook.Gate()) {
      running = CompletableFuture.supplyAsync(() -> served.chat("Hi", HOOKED));
      gate.awaitRequest();
      down = CompletableFuture.supplyAsync(this::shutDown);
      await(() -> served.get("/health/ready").status() == 503);

      Served.Answer late = served.chat("Hi", SHORT);

      assertThat(late.status()).isEqualTo(503);
      assertThat(late.response().headers().firstValue("Retry-After")).isPresent();
    }
    assertThat(running.join().status()).isEqualTo(200);
    assertThat(down.join()).isTrue();
    assertThat(served.get("/health/live").status()).isEqualTo(200);
    served.close();
    served = null;
  }

  private boolean shutDown() {
    try {
      return served.server.shutDown(Duration.ofSeconds(60));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void plugin_thatThrows_endsItsRequestAlone() throws IOException {
    providers.install(StoppingCriterionProvider.class, Thrower.class);
    start();

    Served.Answer answer = served.chat("Hi", SHORT + ",\"stopping_criterion\":\"thrower\"");

    assertThat(answer.status()).as(answer.body()).isEqualTo(500);
    assertThat(answer.error().get("type").getAsString()).isEqualTo("server_error");
    assertThat(answer.message()).startsWith("a plugin failed: ");
  }

  @Test
  void plugin_thatCannotBeMade_endsItsRequestAlone() throws IOException {
    providers.install(StoppingCriterionProvider.class, Unmakeable.class);
    start();

    Served.Answer answer = served.chat("Hi", SHORT + ",\"stopping_criterion\":\"unmakeable\"");

    assertThat(answer.status()).as(answer.body()).isEqualTo(500);
    assertThat(answer.message()).startsWith("a plugin failed: ");
  }

  /** Fails before the first step. */
  public static final class Unmakeable implements StoppingCriterionProvider {
    @Override
    public String name() {
      return "unmakeable";
    }

    @Override
    public StoppingCriterion create(OptionValues options) {
      throw new NoClassDefFoundError("as if");
    }
  }

  @Test
  void plugin_thatThrowsInAStream_isToldInTheStreamOrByItsStatus() throws IOException {
    providers.install(StoppingCriterionProvider.class, Thrower.class);
    start();

    Served.Answer answer =
        served.chat("Hi", SHORT + ",\"stream\":true,\"stopping_criterion\":\"thrower\"");

    assertThat(answer.body()).contains("\"error\":{\"message\":\"a plugin failed: ");
    assertThat(answer.body()).doesNotContain("[DONE]");
  }

  /** Fails at the first step. */
  public static final class Thrower implements StoppingCriterionProvider {
    @Override
    public String name() {
      return "thrower";
    }

    @Override
    public StoppingCriterion create(OptionValues options) {
      return request -> {
        throw new StackOverflowError("as if");
      };
    }
  }

  @Test
  void log_ofARequest_hasNoTextOfIt() {
    start().chat("a secret message", SHORT);

    assertThat(served.log)
        .anySatisfy(
            line -> assertThat(line).contains("\"status\":200", "\"steps\":2", "\"seed\":7"))
        .noneMatch(line -> line.contains("secret"));
  }

  @Test
  void metrics_afterARequest_haveOpenTelemetrysNames() {
    start().chat("Hi", SHORT);

    assertThat(served.get("/metrics").body())
        .contains(
            "gen_ai_server_request_duration_seconds_count{error_type=\"\",gen_ai_operation_name=\"chat\"",
            "gen_ai_client_token_usage_sum{",
            "gen_ai_token_type=\"output\"",
            "tess2_server_steps_total 2.0",
            "tess2_server_time_to_first_state_seconds_count{",
            "tess2_server_answers_waiting 0.0",
            "jvm_memory_used_bytes");
  }

  @Test
  void page_files_haveAStrictPolicy() {
    start();
    for (String file : Page.files()) {
      Served.Answer answer = served.get("/" + file);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.response().headers().firstValue("Content-Security-Policy"))
          .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none';"));
    }
    assertThat(served.get("/").body()).doesNotContain("http:", "https:", "style=", "onclick");
  }
}
