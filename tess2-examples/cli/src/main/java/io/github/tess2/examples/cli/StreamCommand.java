package io.github.tess2.examples.cli;

import static io.github.tess2.examples.options.OptionChecks.checked;
import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import io.github.tess2.DiffusionLM;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Shows the canvas as it is refined, step by step. Ctrl-C stops it and leaves the last state on the
 * screen.
 */
@Command(
    name = "stream",
    description =
        "Answers a prompt and shows the canvas refining: in place on a terminal, else a line for"
            + " each step. Colours go from red (a guess) to green (sure). Ctrl-C stops it and leaves"
            + " the last state.")
final class StreamCommand implements Callable<Integer> {
  private final Host host;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PROMPT", description = "What to ask.")
  private String text;

  @Option(
      names = "--every",
      paramLabel = "N",
      defaultValue = "1",
      description = "Show every N-th step, and the last. Default: ${DEFAULT-VALUE}.")
  private int every;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description = "auto (default: on a terminal, unless NO_COLOR is set), always or never.")
  private ColorWhen color;

  @Option(
      names = {"-q", "--quiet"},
      description = "No statistics on stderr.")
  private boolean quiet;

  @Mixin private PromptOptions promptOptions;
  @Mixin private GeneratorOptions generatorOptions;

  /** For picocli, which sets the other fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  StreamCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    GenerationRequest request = checked(spec, this::request);
    GeneratorOptions.Opened generator = checked(spec, generatorOptions::open);
    try (generator;
        DiffusionLM lm = generator.load(host)) {
      return host.interruptibly(interrupted -> stream(lm, request, interrupted));
    }
  }

  private GenerationRequest request() {
    requireAtLeast("--every", every, 1);
    promptOptions.check(generatorOptions.sampling());
    return GenerationRequest.builder(promptOptions.prompt(text)).build();
  }

  private int stream(DiffusionLM lm, GenerationRequest request, BooleanSupplier interrupted) {
    CanvasView view = new CanvasView(spec.commandLine().getOut(), host, color);
    GenerationResult result = view.generate(lm, request, every, interrupted);
    if (!quiet) {
      spec.commandLine().getErr().println(Results.statistics(result));
    }
    return result.finishReason() == FinishReason.CANCELLED
        ? Main.INTERRUPTED
        : CommandLine.ExitCode.OK;
  }
}
