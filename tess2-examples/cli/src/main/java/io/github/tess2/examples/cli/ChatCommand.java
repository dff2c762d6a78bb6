package io.github.tess2.examples.cli;

import static io.github.tess2.examples.options.OptionChecks.checked;

import io.github.tess2.DiffusionLM;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.Message;
import io.github.tess2.Prompt;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Holds a conversation in the terminal. */
@Command(
    name = "chat",
    description =
        "Starts a conversation with the model. Each input line is a message; the model sees"
            + " the whole conversation. /reset clears it; /quit or the end of the input ends the"
            + " chat. On a terminal the answer is shown as it is refined.")
final class ChatCommand implements Callable<Integer> {
  private final Host host;

  @Spec private CommandSpec spec;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "A system message before the chat.")
  private @Nullable String system;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description = "auto (default: on a terminal, unless NO_COLOR is set), always or never.")
  private ColorWhen color;

  @Mixin private GeneratorOptions generatorOptions;

  /** For picocli, which sets the other fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  ChatCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() throws IOException {
    List<Message> start =
        checked(spec, () -> system == null ? List.of() : List.of(Message.system(system)));
    GeneratorOptions.Opened generator = checked(spec, generatorOptions::open);
    try (generator;
        DiffusionLM lm = generator.load(host)) {
      return talk(lm, start);
    }
  }

  private int talk(DiffusionLM lm, List<Message> start) throws IOException {
    // Not closed, because the terminal belongs to the user.
    BufferedReader in = host.input();
    List<Message> said = new ArrayList<>(start);
    while (true) {
      invite();
      String line = in.readLine();
      if (line == null || line.strip().equals("/quit")) {
        return CommandLine.ExitCode.OK;
      }
      if (line.strip().equals("/reset")) {
        said = new ArrayList<>(start);
      } else if (!Message.strip(line).isEmpty()) {
        List<Message> asked = new ArrayList<>(said);
        asked.add(Message.user(line));
        GenerationResult result = answer(lm, asked);
        if (result != null && result.finishReason() == FinishReason.CANCELLED) {
          return Main.INTERRUPTED;
        }
        if (result != null && !Message.strip(result.text()).isEmpty()) {
          said = asked;
          said.add(Message.assistant(result.text()));
        }
      }
    }
  }

  private void invite() {
    if (host.outIsTerminal()) {
      spec.commandLine().getOut().print("> ");
      spec.commandLine().getOut().flush();
    }
  }

  /** Answers the last message. If it cannot, reports the error and returns null. */
  private @Nullable GenerationResult answer(DiffusionLM lm, List<Message> messages) {
    GenerationRequest request;
    try {
      request = GenerationRequest.builder(Prompt.chat(messages.toArray(Message[]::new))).build();
      return host.interruptibly(interrupted -> show(lm, request, interrupted));
    } catch (IllegalArgumentException e) {
      Errors.note(
          spec.commandLine(), e.getMessage() + " (the message was dropped; /reset starts over)");
      return null;
    }
  }

  private GenerationResult show(
      DiffusionLM lm, GenerationRequest request, BooleanSupplier interrupted) {
    PrintWriter out = spec.commandLine().getOut();
    if (host.outIsTerminal()) {
      return new CanvasView(out, host, color).generate(lm, request, 1, interrupted);
    }
    GenerationResult result =
        lm.generate(request, step -> interrupted.getAsBoolean() ? Signal.CANCEL : Signal.CONTINUE);
    out.println(result.text());
    out.flush();
    return result;
  }
}
