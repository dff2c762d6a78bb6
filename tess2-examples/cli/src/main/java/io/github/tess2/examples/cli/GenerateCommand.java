package io.github.tess2.examples.cli;

import static io.github.tess2.examples.options.OptionChecks.checked;
import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Message;
import io.github.tess2.runtime.files.FileProblem;
import io.github.tess2.runtime.files.Utf8Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Answers prompts. Prints the answers to stdout, and everything else to stderr. */
@Command(name = "generate", description = "Answers prompts, several in one batch.")
final class GenerateCommand implements Callable<Integer> {
  private final Host host;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PROMPT",
      arity = "0..*",
      description = "What to ask. Each argument is one prompt, so quote it.")
  private List<String> prompts = List.of();

  @Option(
      names = "--batch-file",
      paramLabel = "FILE",
      description = "A prompt on each line that is not blank, in UTF-8; - is stdin.")
  private @Nullable Path batchFile;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "8",
      description = "Prompts generated at once. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--json",
      description = "One JSON object a line: text, tokens, confidence, timings.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "No statistics on stderr.")
  private boolean quiet;

  @Mixin private PromptOptions promptOptions;
  @Mixin private GeneratorOptions generatorOptions;

  /** For picocli, which sets the other fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  GenerateCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() throws IOException {
    List<String> texts = texts();
    List<GenerationRequest> requests = checked(spec, () -> requests(texts));
    GeneratorOptions.Opened generator = checked(spec, generatorOptions::open);
    try (generator;
        DiffusionLM lm = generator.load(host)) {
      return new Answering(host, spec.commandLine(), json, quiet)
          .answer(lm, texts, requests, batchSize);
    }
  }

  private List<GenerationRequest> requests(List<String> texts) {
    requireAtLeast("--batch-size", batchSize, 1);
    promptOptions.check(generatorOptions.sampling());
    return texts.stream()
        .map(text -> GenerationRequest.builder(promptOptions.prompt(text)).build())
        .toList();
  }

  private List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>(prompts);
    if (batchFile != null) {
      texts.addAll(lines(batchFile));
    }
    if (!quiet) {
      Quoting.hint(prompts).ifPresent(hint -> Errors.note(spec.commandLine(), hint));
    }
    if (texts.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          batchFile == null
              ? "a prompt is missing"
              : "--batch-file must have a line that is not blank, but has none: " + batchFile);
    }
    return texts;
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      byte[] bytes =
          file.toString().equals("-") ? System.in.readAllBytes() : Files.readAllBytes(file);
      return Utf8Text.lines(bytes).stream().filter(line -> !Message.strip(line).isEmpty()).toList();
    } catch (NoSuchFileException e) {
      throw new IOException("--batch-file must be a file, but does not exist: " + file, e);
    } catch (Utf8Text.NotUtf8Exception e) {
      throw new IOException(
          "--batch-file must be UTF-8 text, but " + e.getMessage() + ": " + file, e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static IOException unreadable(Path file, IOException e) {
    String problem =
        Files.isDirectory(file) ? "must be a file, but is a folder" : FileProblem.cannotBeRead(e);
    return new IOException("--batch-file " + problem + ": " + file, e);
  }
}
