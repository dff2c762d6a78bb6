package io.github.tess2.examples.cli;

import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import io.github.tess2.DiffusionLM;
import io.github.tess2.examples.server.ServerSettings;
import io.github.tess2.examples.server.Tess2Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves a model over HTTP until the process is asked to end. */
@Command(
    name = "serve",
    description =
        "Serves a model over HTTP: OpenAI's interface under /v1, a page that shows the canvas"
            + " refining at /, /health/live, /health/ready and /metrics. The log, a line of JSON for"
            + " each request, goes to stdout. Generation options set the defaults"
            + " of requests.")
final class ServeCommand implements Callable<Integer> {
  private final Host host;

  @Spec private CommandSpec spec;

  @Mixin private ServeOptions serveOptions;

  @Option(
      names = "--grace",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How long running requests may continue after the process is asked to end. Default:"
              + " ${DEFAULT-VALUE}.")
  private int grace;

  @Option(
      names = {"-q", "--quiet"},
      description = "No log of requests.")
  private boolean quiet;

  @Mixin private GeneratorOptions generatorOptions;

  /** For picocli, which sets the other fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  ServeCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServerSettings settings;
    GeneratorOptions.Opened generator;
    try {
      requireAtLeast("--grace", grace, 0);
      requireNoSeed();
      settings =
          serveOptions.settings(
              host, generatorOptions.model().shortName(), generatorOptions.sampling());
      OptionalInt steps = serveOptions.defaultSteps(generatorOptions.sampling().steps());
      generator = generatorOptions.open();
      steps.ifPresent(generator.model()::steps);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    try (generator;
        DiffusionLM lm = generator.load(host)) {
      serve(lm, settings);
    }
    return CommandLine.ExitCode.OK;
  }

  private void requireNoSeed() {
    Long seed = generatorOptions.sampling().seed();
    if (seed != null) {
      throw new IllegalArgumentException(
          "--seed must not be set for a server, because each request has its own seed, but is: "
              + seed);
    }
  }

  private void serve(DiffusionLM lm, ServerSettings settings)
      throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (Tess2Server server = Tess2Server.start(lm, settings, quiet ? line -> {} : out::println)) {
      Errors.note(spec.commandLine(), "serving " + settings.model() + " at " + server.address());
      host.awaitEnd();
      if (!server.shutDown(Duration.ofSeconds(grace))) {
        Errors.note(
            spec.commandLine(),
            "requests were still running after " + grace + " s and were stopped");
      }
    }
    out.flush();
  }
}
