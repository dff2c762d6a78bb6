package io.github.tess2.examples.cli;

import static io.github.tess2.examples.options.OptionChecks.checked;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.examples.text.Blanks;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fills blanks in texts. */
@Command(
    name = "infill",
    description =
        "Fills the blanks in texts, all blanks of a text together. A blank is two or more"
            + " underscores, as many as it has tokens (\"The capital of ____ is Paris.\"), or a number"
            + " between two pairs of them (\"Once __24__ end.\"). A backslash before an underscore"
            + " makes it text.")
final class InfillCommand implements Callable<Integer> {
  private final Host host;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "TEXT",
      arity = "1..*",
      description = "A text with blanks. Each argument is one text, so quote it.")
  private List<String> texts;

  @Option(
      names = "--json",
      description = "One JSON object a line: text, tokens, confidence, timings.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "No statistics on stderr.")
  private boolean quiet;

  @Mixin private GeneratorOptions generatorOptions;

  /** For picocli, which sets the other fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  InfillCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    List<GenerationRequest> requests = checked(spec, this::requests);
    GeneratorOptions.Opened generator = checked(spec, generatorOptions::open);
    try (generator;
        DiffusionLM lm = generator.load(host)) {
      return new Answering(host, spec.commandLine(), json, quiet)
          .answer(lm, texts, requests, requests.size());
    }
  }

  private List<GenerationRequest> requests() {
    if (generatorOptions.sampling().length() != null) {
      throw new IllegalArgumentException(
          "--length must not be set: a blank says how many tokens it has");
    }
    return texts.stream()
        .map(text -> GenerationRequest.builder(Blanks.parse(text)).build())
        .toList();
  }
}
