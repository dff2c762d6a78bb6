package io.github.tess2.examples.cli;

import io.github.tess2.DenoisingStep;
import io.github.tess2.DiffusionLM;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.examples.text.CanvasText;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the canvas refining, step by step. Ctrl-C stops it and leaves the last state. */
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
  @Mixin private ModelOptions modelOptions;
  @Mixin private SamplingOptions samplingOptions;
  @Mixin private GuidanceOptions guidanceOptions;

  /** For picocli, which sets the other fields before it calls. */
  @SuppressWarnings("NullAway.Init")
  StreamCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    GenerationRequest request;
    DiffusionLM.Builder model;
    GuidanceOptions.Opened guidance;
    try {
      if (every < 1) {
        throw new IllegalArgumentException("--every must be at least 1, but is: " + every);
      }
      promptOptions.check(samplingOptions);
      request = GenerationRequest.builder(promptOptions.prompt(text)).build();
      model = modelOptions.builder();
      samplingOptions.applyTo(model);
      guidance = guidanceOptions.open();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    guidance.applyTo(model);
    try (guidance;
        DiffusionLM lm = ModelOptions.load(host, model)) {
      return host.interruptibly(interrupted -> stream(lm, request, interrupted));
    }
  }

  private int stream(DiffusionLM lm, GenerationRequest request, BooleanSupplier interrupted) {
    CanvasText canvas = new CanvasText(request.prompt(), lm.tokenizer());
    CanvasView view = new CanvasView(spec.commandLine().getOut(), host, color);
    AtomicReference<@Nullable DenoisingStep> last = new AtomicReference<>();
    GenerationResult result;
    try {
      result =
          lm.generate(
              request,
              step -> {
                last.set(step);
                if (interrupted.getAsBoolean()) {
                  return Signal.CANCEL;
                }
                if (step.step() % every == 0 && step.step() < step.total()) {
                  view.show(step, canvas.pieces(step));
                }
                return Signal.CONTINUE;
              });
    } catch (RuntimeException e) {
      view.abandon();
      throw e;
    }
    @Nullable DenoisingStep shown = last.get();
    if (shown != null) {
      view.finish(shown, canvas.pieces(shown));
    }
    if (!quiet) {
      spec.commandLine().getErr().println(Results.statistics(result));
    }
    return result.finishReason() == FinishReason.CANCELLED
        ? Main.INTERRUPTED
        : CommandLine.ExitCode.OK;
  }
}
