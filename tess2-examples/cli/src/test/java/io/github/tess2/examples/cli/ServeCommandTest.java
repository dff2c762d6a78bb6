package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.Iterables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the command on the real runtime, with one of the oracle's checkpoints of random weights. */
class ServeCommandTest {
  private static final String MODEL =
      Path.of("../../tess2-runtime/src/test/resources/golden/checkpoints/mistral").toString();

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AtomicReference<HttpResponse<String>> answer = new AtomicReference<>();
  private String lengthOfRequest = ",\"max_tokens\":4";

  /** Runs the command, and sends the server one request instead of waiting for a signal. */
  private Cli.Run serve(Map<String, String> environment, String key, String... more) {
    Host host =
        new Host() {
          @Override
          String environment(String name) {
            return environment.get(name);
          }

          @Override
          void awaitEnd() throws InterruptedException {
            String address = Iterables.getLast(Splitter.on(' ').split(err.toString().strip()));
            try {
              answer.set(ask(address, key));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    List<String> arguments = new ArrayList<>(List.of("serve", "--model", MODEL));
    arguments.addAll(List.of(more));
    if (arguments.stream().noneMatch(argument -> argument.startsWith("--port"))) {
      arguments.add("--port=0");
    }
    int exit =
        Main.commandLine(host)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments.toArray(String[]::new));
    return new Cli.Run(exit, out.toString(), err.toString());
  }

  private HttpResponse<String> ask(String address, String key)
      throws IOException, InterruptedException {
    String body =
        "{\"model\":\"mistral\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
            + "\"seed\":7"
            + lengthOfRequest
            + "}";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + "/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void serve_request_isAnsweredWithTheCommandsOptions() {
    Cli.Run run = serve(Map.of(), "", "--steps=3");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(answer.get().body()).contains("\"steps\":3", "\"model\":\"mistral\"");
    assertThat(run.err())
        .startsWith("tess2 serve: serving mistral at http://127.0.0.1:")
        .hasLineCount(1);
    assertThat(run.out()).contains("\"status\":200").hasLineCount(1);
  }

  @Test
  void serve_length_isThatOfRequestsThatSetNone() {
    lengthOfRequest = "";

    Cli.Run run = serve(Map.of(), "", "--steps=1", "--length=5", "--max-length=7");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(answer.get().body()).contains("\"completion_tokens\":5,", "\"ended\":\"length\"");
  }

  @Test
  void serve_maxSteps_limitsTheDefaultToo() {
    Cli.Run run = serve(Map.of(), "", "--max-steps=3");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(answer.get().body()).contains("\"steps\":3");
  }

  @Test
  void serve_quiet_writesNoLog() {
    assertThat(serve(Map.of(), "", "--steps=1", "-q").out()).isEmpty();
  }

  @Test
  void serve_keyInTheEnvironment_isAskedFor() {
    serve(Map.of("TESS2_API_KEY", "secret"), "wrong", "--steps=1");

    assertThat(answer.get().statusCode()).isEqualTo(401);
  }

  @Test
  void serve_keyInAFile_opens() throws IOException {
    Path file = Files.writeString(folder.resolve("key"), "secret\n");

    serve(Map.of(), "secret", "--steps=1", "--api-key-file", file.toString());

    assertThat(answer.get().statusCode()).isEqualTo(200);
  }

  @Test
  void serve_keyFileMissing_fails() {
    Path file = folder.resolve("none");

    Cli.Run run = serve(Map.of(), "", "--api-key-file", file.toString());

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).startsWith("tess2 serve: --api-key-file ").hasLineCount(1);
  }

  @Test
  void serve_portInUse_fails() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Cli.Run run = serve(Map.of(), "", "--port=" + taken.getLocalPort());

      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.err())
          .startsWith("tess2 serve: cannot listen at 127.0.0.1:" + taken.getLocalPort())
          .hasLineCount(1);
    }
  }

  @Test
  void serve_seed_isRefusedBeforeTheModelIsLoaded() {
    int exit =
        Main.commandLine(new Host())
            .setErr(new PrintWriter(err, true))
            .execute("serve", "--model", folder.resolve("none").toString(), "--seed=7");

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString())
        .startsWith(
            "tess2 serve: --seed must not be set for a server, because each request has its own"
                + " seed, but is: 7 ")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--port=70000     | the port must be from 0 to 65535, but is: 70000",
        "--concurrent=0   | the limit of concurrent answers must be at least 1, but is: 0",
        "--waiting=-1     | the limit of waiting answers must be at least 0, but is: -1",
        "--max-transfer=0 | the time limit of a transfer, in milliseconds, must be at least 1, but is: 0",
        "--grace=-1       | --grace must be at least 0, but is: -1",
        "--steps=0        | steps must be greater than zero",
        "--steps=200 --max-steps=150 | --steps must be at most 150, the limit of the steps, but is: 200",
        "--length=0       | the default length must be from 1 to 1024, the limit of the length, but is: 0",
        "--length=512 --max-length=300 | the default length must be from 1 to 300, the limit of the length, but is: 512",
      })
  void serve_wrongOption_isAUsageError(String options, String message) {
    Cli.Run run = serve(Map.of(), "", options.split(" "));

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).startsWith("tess2 serve: " + message).hasLineCount(1);
  }
}
