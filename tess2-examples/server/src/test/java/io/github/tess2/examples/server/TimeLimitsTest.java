package io.github.tess2.examples.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.DiffusionLM;
import io.github.tess2.contract.Providers;
import io.github.tess2.spi.StoppingCriterionProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server enforces its time limits. It uses a clock that the tests advance. */
@ExtendWith(SharedModel.class)
class TimeLimitsTest {
  /** Exceeds the limit in {@link Served#limits}. */
  private static final Duration MORE_THAN_A_REQUEST_MAY_TAKE = Duration.ofSeconds(61);

  private static final Duration WAITING = Duration.ofSeconds(20);
  private static final String HOOKED =
      ",\"steps\":50,\"max_tokens\":16,\"seed\":7,\"stopping_criterion\":\"hook\"";
  private static final String STREAMED = HOOKED + ",\"stream\":true,\"diffusing\":true";
  private static final String SHORT = ",\"steps\":2,\"max_tokens\":16,\"seed\":7";

  @RegisterExtension final Providers providers = new Providers();

  private final AtomicLong now = new AtomicLong();
  private Served served;

  @BeforeEach
  void start(DiffusionLM lm) throws IOException {
    providers.install(StoppingCriterionProvider.class, Hook.class);
    served = Served.of(lm, Served.limits(1, 2, WAITING), now::get);
  }

  @AfterEach
  void stop() {
    Hook.set(() -> {});
    served.awaitIdle();
    assertThat(served.chat("What is 1 + 1?", SHORT).status()).isEqualTo(200);
    served.close();
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private CompletableFuture<Served.Answer> ask(String more) {
    return CompletableFuture.supplyAsync(() -> served.chat("Hi", more));
  }

  @Test
  void request_thatWaitsTooLong_isToldWhenToTryAgain() {
    CompletableFuture<Served.Answer> first;
    try (Hook.Gate gate = new Hook.Gate()) {
      first = ask(HOOKED);
      gate.awaitRequest();
      CompletableFuture<Served.Answer> second = ask(SHORT);
      served.await("tess2_server_answers_waiting", 1);
      pass(WAITING.plusSeconds(1));

      assertThat(second.join().status()).isEqualTo(429);
      assertThat(second.join().message())
          .isEqualTo("the request waited longer than 20 s for its turn");
      assertThat(second.join().response().headers().firstValueAsLong("Retry-After")).isPresent();
    }
    assertThat(first.join().status()).isEqualTo(200);
  }

  @Test
  void request_thatTakesTooLong_isStopped() {
    try (Hook.Gate gate = new Hook.Gate()) {
      CompletableFuture<Served.Answer> answer = ask(HOOKED);
      gate.awaitRequest();
      pass(MORE_THAN_A_REQUEST_MAY_TAKE);

      assertThat(answer.join().status()).isEqualTo(504);
      assertThat(answer.join().error().get("code").getAsString()).isEqualTo("timeout");
      assertThat(answer.join().message()).isEqualTo("the request took longer than 60 s");
    }
  }

  @Test
  void stream_thatTakesTooLong_endsWithTheError() throws IOException {
    try (Hook.Gate gate = new Hook.Gate();
        Connection client = new Connection(served).chat(Served.chatBody("Hi", STREAMED))) {
      gate.awaitRequest();
      client.readUntil("\"diffusing\"");
      pass(MORE_THAN_A_REQUEST_MAY_TAKE);

      assertThat(client.readUntil("\"code\":\"timeout\"")).contains("longer than 60 s");
    }
    assertThat(served.log).noneMatch(line -> line.contains("\"status\":504"));
  }

  @Test
  void stream_whoseStepsNeverPause_isStoppedToo() {
    Hook.set(() -> pass(MORE_THAN_A_REQUEST_MAY_TAKE));

    Served.Answer answer = served.chat("Hi", STREAMED);

    assertThat(answer.body()).contains("the request took longer than 60 s");
    assertThat(answer.body()).doesNotContain("[DONE]");
  }

  @Test
  void stream_notReadInTime_isCutOff() throws IOException {
    Hook.set(() -> pass(MORE_THAN_A_REQUEST_MAY_TAKE.multipliedBy(2)));
    try (Connection client = new Connection(served).chat(Served.chatBody("Hi", STREAMED))) {
      assertThat(client.readAll()).doesNotContain("[DONE]", "timeout");
    }
    served.awaitLog("client_gone");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~X-More: ~ | x | headers",
        "~Content-Length: 9000\r\n\r\n{~ | ~ ~ | body",
        "~Transfer-Encoding: chunked\r\n\r\n1;~ | x | body",
      })
  void request_thatDrips_isGivenUp(String begin, String dripped, String what) throws IOException {
    try (Connection client = new Connection(served).beginChat(begin)) {
      served.awaitArrival(TimedEndPoint.Phase.valueOf(what.toUpperCase(Locale.ROOT)));
      pass(MORE_THAN_A_REQUEST_MAY_TAKE);
      String answer = client.drip(dripped);

      assertThat(answer)
          .startsWith("HTTP/1.1 408 Request Timeout")
          .contains("Connection: close")
          .contains("the request's " + what + " did not arrive in time")
          .contains("\"code\":\"request_timeout\"");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~X-More: ~ | headers",
        "~Content-Length: 9000\r\n\r\n{~ | body",
      })
  void request_thatStandsStill_isGivenUp(String begin, String what, DiffusionLM lm)
      throws IOException {
    Limits limits = Served.limits(1, 2, WAITING, Duration.ofMillis(100));
    try (Served impatient = Served.of(lm, limits, now::get);
        Connection client = new Connection(impatient).beginChat(begin)) {
      assertThat(client.readAll())
          .startsWith("HTTP/1.1 408 Request Timeout")
          .contains("the request's " + what + " did not arrive in time");
    }
  }

  @Test
  void connection_usedAgain_hasItsTimeAnew() throws IOException {
    String body = Served.chatBody("Hi", SHORT);
    try (Connection client = new Connection(served).chat(body)) {
      assertThat(client.readUntil("\"usage\"")).startsWith("HTTP/1.1 200");
      pass(MORE_THAN_A_REQUEST_MAY_TAKE);

      assertThat(client.chat(body).readUntil("\"usage\"")).contains("HTTP/1.1 200");
    }
  }

  @Test
  void connection_resetInAStream_isClosed() throws IOException {
    try (Hook.Gate gate = new Hook.Gate()) {
      Connection client = new Connection(served).chat(Served.chatBody("Hi", STREAMED));
      gate.awaitRequest();
      client.readUntil("\"diffusing\"");
      client.reset();
    }

    // One connection is that of the client that reads the metrics.
    served.await("tess2_server_connections", 1);
  }
}
