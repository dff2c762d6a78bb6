package io.github.tess2.examples.server;

import io.github.tess2.Activity;
import io.github.tess2.DiffusionLM;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * The server's metrics. They use the names of OpenTelemetry's conventions for generative AI where
 * these have one.
 */
final class Metrics {
  private static final String PROVIDER = "tess2";

  /** The buckets of OpenTelemetry's conventions. */
  private static final Duration[] SECONDS =
      DoubleStream.iterate(0.01, s -> s < 100, s -> s * 2)
          .mapToObj(s -> Duration.ofNanos(Math.round(s * 1e9)))
          .toArray(Duration[]::new);

  private static final double[] TOKENS =
      DoubleStream.iterate(1, t -> t < 1e6, t -> t * 4).toArray();

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final String model;

  /**
   * @param connections supplies the number of open connections
   */
  Metrics(String model, DiffusionLM lm, Generations generations, IntSupplier connections) {
    this.model = model;
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    gauge(
        "tess2.server.answers.running",
        "Answers being computed",
        generations,
        Generations::running);
    gauge("tess2.server.answers.waiting", "Answers that wait", generations, Generations::waiting);
    Gauge.builder("tess2.server.connections", connections, IntSupplier::getAsInt)
        .description("Open connections")
        .strongReference(true)
        .register(registry);
    gauge("tess2.model.rows", "Rows of the latest step", lm, of -> of.activity().rows());
    gauge("tess2.model.requests", "Requests that share steps", lm, of -> of.activity().running());
    total(
        "tess2.model.steps", "Steps, each shared by all requests of a batch", lm, Activity::steps);
    total("tess2.model.step.rows", "Rows of these steps together", lm, Activity::totalRows);
  }

  private void total(String name, String doc, DiffusionLM lm, ToDoubleFunction<Activity> value) {
    FunctionCounter.builder(name, lm, of -> value.applyAsDouble(of.activity()))
        .description(doc)
        .register(registry);
  }

  private <T> void gauge(String name, String doc, T of, ToDoubleFunction<T> value) {
    Gauge.builder(name, of, value).description(doc).register(registry);
  }

  /** All metrics in the format of Prometheus. */
  String scrape() {
    return registry.scrape();
  }

  /**
   * Records that a request has ended.
   *
   * @param error what failed, in a word; empty if nothing did
   */
  void request(String operation, String error, Duration took) {
    Timer.builder("gen_ai.server.request.duration")
        .description("Time from a request to the end of its response")
        .tags(tags(operation).and("error.type", error))
        .serviceLevelObjectives(SECONDS)
        .register(registry)
        .record(took);
  }

  /** Records how long a request waited until its first answer began. */
  void waited(String operation, Duration time) {
    timer("tess2.server.wait", "Time that a request waited for its turn", operation, time);
  }

  /** Records the time until the first step of a request was done. */
  void firstState(String operation, Duration time) {
    timer(
        "tess2.server.time_to_first_state", "Time until the first step was done", operation, time);
  }

  private void timer(String name, String doc, String operation, Duration time) {
    Timer.builder(name)
        .description(doc)
        .tags(tags(operation))
        .serviceLevelObjectives(SECONDS)
        .register(registry)
        .record(time);
  }

  /** Records the tokens of an answered request. */
  void tokens(String operation, long input, long output) {
    usage(operation, "input", input);
    usage(operation, "output", output);
  }

  private void usage(String operation, String type, long tokens) {
    DistributionSummary.builder("gen_ai.client.token.usage")
        .description("Tokens of a request's prompts and of its answers")
        .tags(tags(operation).and("gen_ai.token.type", type))
        .serviceLevelObjectives(TOKENS)
        .register(registry)
        .record((double) tokens);
  }

  /** Records the steps of finished answers. */
  void steps(long steps) {
    counter("tess2.server.steps", "Denoising steps of answers that have ended")
        .increment((double) steps);
  }

  /** Records that a client went away before its answer. */
  void cancelled() {
    counter("tess2.server.cancellations", "Answers stopped because the client had gone")
        .increment();
  }

  private Counter counter(String name, String doc) {
    return Counter.builder(name).description(doc).register(registry);
  }

  private Tags tags(String operation) {
    return Tags.of(
        "gen_ai.operation.name",
        operation,
        "gen_ai.provider.name",
        PROVIDER,
        "gen_ai.request.model",
        model);
  }
}
