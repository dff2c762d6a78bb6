package io.github.tess2.examples.server;

import io.github.tess2.DiffusionLM;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.examples.text.SettledText;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Answers completion requests, as one response or as events. */
final class CompletionHandler implements Handler {
  /** How often to check that the client is still connected while nothing happens. */
  private static final long TICK_MILLIS = 100;

  private final Ask.Endpoint endpoint;
  private final DiffusionLM lm;
  private final ServerSettings settings;
  private final AskReader reader;
  private final Generations generations;
  private final Metrics metrics;
  private final String fingerprint;
  private final LongSupplier clock;

  CompletionHandler(
      Ask.Endpoint endpoint,
      DiffusionLM lm,
      ServerSettings settings,
      AskReader reader,
      Generations generations,
      Metrics metrics,
      String fingerprint,
      LongSupplier clock) {
    this.endpoint = endpoint;
    this.lm = lm;
    this.settings = settings;
    this.reader = reader;
    this.generations = generations;
    this.metrics = metrics;
    this.fingerprint = fingerprint;
    this.clock = clock;
  }

  @Override
  public void handle(Context context) throws Exception {
    AccessLog.Entry entry = Tess2Server.entry(context);
    long begun = System.nanoTime();
    String error = "";
    try {
      answer(context, entry);
      error = entry.error() == null ? "" : entry.error();
    } catch (ApiException e) {
      error = e.kind();
      throw e;
    } catch (Throwable e) {
      error = e.getClass().getSimpleName();
      throw e;
    } finally {
      metrics.request(endpoint.operation(), error, Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  private void answer(Context context, AccessLog.Entry entry) throws Exception {
    if (generations.isEnding()) {
      throw ApiException.ending();
    }
    requireJson(context);
    Ask ask = reader.read(endpoint, body(context));
    entry.put("stream", ask.stream());
    entry.put("n", ask.choices().size());
    Limits limits = settings.limits();
    long transferNanos = limits.transferTime().toNanos();
    TimedEndPoint.SendLimit sending = TimedEndPoint.of(context.req()).sending();
    sending.within(limits.runningTime().toNanos() + transferNanos);
    Runnable atEnd =
        () -> {
          sending.within(transferNanos);
          ask.guidances().close();
        };
    Exchange exchange;
    try {
      List<GenerationRequest> requests = ask.choices().stream().map(Ask.Choice::request).toList();
      exchange = generations.start(requests, ask.stream(), atEnd);
    } catch (RuntimeException | Error e) {
      ask.guidances().close();
      throw e;
    }
    Run run = new Run(context, ask, exchange);
    try {
      run.follow();
    } finally {
      // Answers that were not awaited are no longer wanted.
      exchange.cancel();
      generations.release(exchange);
      run.record(entry);
    }
  }

  /** A page of another site may send other content types without permission. */
  private static void requireJson(Context context) {
    String type = context.contentType();
    String bare = type == null ? "" : type.split(";", 2)[0].strip();
    if (!bare.toLowerCase(Locale.ROOT).equals("application/json")) {
      throw ApiException.of(
          415,
          null,
          "unsupported_media_type",
          "Content-Type must be application/json, but is: " + Fields.shown(bare));
    }
  }

  private byte[] body(Context context) {
    int most = settings.limits().bodyBytes();
    byte[] body;
    try {
      body = context.req().getInputStream().readNBytes(most + 1);
    } catch (IOException e) {
      if (TimedEndPoint.of(context.req()).isLate()) {
        throw ApiException.slow("the request's body did not arrive in time");
      }
      throw ApiException.of(
          Tess2Server.CLIENT_GONE,
          null,
          "client_gone",
          "the request's body is incomplete or violates HTTP");
    }
    if (body.length > most) {
      // The rest of the body stays unread, so the connection cannot be used again.
      context.res().setHeader("Connection", "close");
      throw ApiException.of(
          413,
          null,
          "request_too_large",
          "the request's body must have at most " + most + " bytes, but has more");
    }
    return body;
  }

  /** The processing of one request. */
  private final class Run {
    private final Context context;
    private final Ask ask;
    private final Exchange exchange;
    private final Responses responses;
    private final ClientWatch client;
    private final EventStream events;
    private final List<SettledText> texts = new ArrayList<>();
    private final boolean[] opened;
    private final @Nullable GenerationResult[] results;
    private int left;

    Run(Context context, Ask ask, Exchange exchange) {
      this.context = context;
      this.ask = ask;
      this.exchange = exchange;
      this.left = exchange.size();
      this.opened = new boolean[left];
      this.results = new GenerationResult[left];
      this.client = ClientWatch.of(context.req(), context.res());
      this.events = new EventStream(context.res());
      this.responses =
          new Responses(
              ask,
              ask.endpoint().idPrefix() + Tess2Server.id(context),
              settings.model(),
              fingerprint,
              lm.tokenizer());
      for (Ask.Choice choice : ask.choices()) {
        texts.add(new SettledText(choice.prompt(), lm.tokenizer(), choice.settled(), ask.stops()));
      }
    }

    /** Runs until the response is written or the client has gone. */
    void follow() throws InterruptedException {
      AccessLog.Entry entry = Tess2Server.entry(context);
      try {
        while (left > 0) {
          Exchange.Event event = exchange.poll(TICK_MILLIS);
          if (client.gone()) {
            leave(entry);
            return;
          }
          if (event != null) {
            handle(event);
          }
          if (left > 0) {
            requireTime();
          }
        }
        finish();
      } catch (IOException e) {
        client.failed();
        leave(entry);
      } catch (RuntimeException e) {
        fail(Failures.of(e), entry);
      }
    }

    private void leave(AccessLog.Entry entry) {
      metrics.cancelled();
      entry.fail("client_gone");
      // The client does not see this status. It shows in the log that there was no answer.
      context.status(Tess2Server.CLIENT_GONE);
    }

    /** Reports a failure: in an event if the stream has begun, else as the response. */
    private void fail(ApiException e, AccessLog.Entry entry) {
      if (!events.begun()) {
        throw e;
      }
      Tess2Server.logFailure(e);
      entry.fail(e.kind());
      try {
        events.send(e.json());
      } catch (IOException gone) {
        leave(entry);
      }
    }

    private void requireTime() {
      long now = clock.getAsLong();
      Limits limits = settings.limits();
      if (exchange.firstStart().isEmpty()
          && now - exchange.begun() > limits.waitingTime().toNanos()) {
        throw ApiException.busy(
            "the request waited longer than "
                + limits.waitingTime().toSeconds()
                + " s for its turn",
            generations.retryAfterSeconds());
      }
      if (now - exchange.begun() > limits.runningTime().toNanos()) {
        throw ApiException.late(
            "the request took longer than " + limits.runningTime().toSeconds() + " s");
      }
    }

    private void handle(Exchange.Event event) throws IOException {
      int index = event.index();
      if (event instanceof Exchange.Failed failed) {
        throw Failures.of(failed.thrown());
      }
      if (event instanceof Exchange.State state) {
        open(index);
        show(index, state);
        return;
      }
      GenerationResult result = ((Exchange.Done) event).result();
      boolean stopped = texts.get(index).stopped();
      if (result.finishReason() == FinishReason.CANCELLED && !stopped) {
        throw ApiException.ending();
      }
      results[index] = result;
      left--;
      if (ask.stream()) {
        open(index);
        send(index, texts.get(index).finish(responses.text(index, result)));
        events.send(responses.closing(index, result, stopped));
      }
    }

    private void open(int index) throws IOException {
      if (!opened[index]) {
        opened[index] = true;
        events.send(responses.opening(index));
      }
    }

    private void show(int index, Exchange.State state) throws IOException {
      if (ask.diffusing()) {
        events.send(responses.state(index, state.step()));
        return;
      }
      SettledText text = texts.get(index);
      if (!text.stopped()) {
        send(index, text.grow(state.step()));
        if (text.stopped()) {
          exchange.cancel(index);
        }
      }
    }

    private void send(int index, String piece) throws IOException {
      if (!piece.isEmpty()) {
        events.send(responses.piece(index, piece));
      }
    }

    private void finish() throws IOException {
      List<GenerationResult> all = done();
      if (ask.stream()) {
        if (ask.includeUsage()) {
          events.send(responses.usageEvent(all));
        }
        events.done();
      } else {
        byte[] json = Json.text(responses.whole(all)).getBytes(StandardCharsets.UTF_8);
        context.contentType("application/json").result(json);
      }
    }

    private List<GenerationResult> done() {
      List<GenerationResult> done = new ArrayList<>();
      for (@Nullable GenerationResult result : results) {
        if (result != null) {
          done.add(result);
        }
      }
      return done;
    }

    /** Updates metrics and log. */
    void record(AccessLog.Entry entry) {
      String operation = endpoint.operation();
      long begun = exchange.begun();
      OptionalLong start = exchange.firstStart();
      if (start.isPresent()) {
        Duration waited = Duration.ofNanos(start.getAsLong() - begun);
        metrics.waited(operation, waited);
        entry.put("wait_ms", waited.toMillis());
      }
      List<GenerationResult> done = done();
      Duration first = firstState(begun, done);
      if (first != null) {
        metrics.firstState(operation, first);
        entry.put("first_state_ms", first.toMillis());
      }
      if (done.isEmpty()) {
        return;
      }
      long steps = done.stream().mapToLong(GenerationResult::steps).sum();
      long input = responses.promptTokens();
      long output = Responses.answerTokens(done);
      metrics.steps(steps);
      metrics.tokens(operation, input, output);
      entry.put("steps", steps);
      entry.put("prompt_tokens", input);
      entry.put("completion_tokens", output);
      entry.put("seed", done.get(0).seed());
    }

    /**
     * The time until the first step was done. It is computed from the timings if steps were not
     * requested; null if there was no step.
     */
    private @Nullable Duration firstState(long begun, List<GenerationResult> done) {
      OptionalLong state = exchange.firstState();
      if (state.isPresent()) {
        return Duration.ofNanos(state.getAsLong() - begun);
      }
      OptionalLong start = exchange.firstStart();
      return done.stream()
          .filter(result -> result.steps() > 0 && start.isPresent())
          .map(
              result ->
                  Duration.ofNanos(start.getAsLong() - begun)
                      .plus(result.timings().waiting())
                      .plus(result.timings().denoising().dividedBy(result.steps())))
          .min(Duration::compareTo)
          .orElse(null);
    }
  }
}
