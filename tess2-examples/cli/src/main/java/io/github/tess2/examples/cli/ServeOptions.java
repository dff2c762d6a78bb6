package io.github.tess2.examples.cli;

import io.github.tess2.examples.server.Limits;
import io.github.tess2.examples.server.ServerSettings;
import io.github.tess2.runtime.files.FileProblem;
import io.github.tess2.runtime.files.Utf8Text;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that choose where a server listens, who may use it, and what requests may ask for.
 */
final class ServeOptions {
  /**
   * The environment variable with the key, unless a file has it. An argument would be visible to
   * every user of the machine.
   */
  static final String KEY_VARIABLE = "TESS2_API_KEY";

  /** A model's default; see {@link io.github.tess2.OptionsBuilder#steps}. */
  private static final int USUAL_STEPS = 100;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "The port to listen on; 0 chooses a free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description =
          "The name or address to listen on; 0.0.0.0 for all addresses of this machine. Default:"
              + " ${DEFAULT-VALUE}, which other machines cannot reach.")
  private String host = "";

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description =
          "A file with the key that clients must show, on one line. Default: the environment"
              + " variable "
              + KEY_VARIABLE
              + "; if that is not set either, no key is needed.")
  private @Nullable Path keyFile;

  @Option(
      names = "--model-name",
      paramLabel = "NAME",
      description = "The model's name in requests. Default: its folder's name, or tess2.")
  private @Nullable String modelName;

  @Option(
      names = "--max-body",
      paramLabel = "BYTES",
      description = "Maximum size of a request's body. Default: 1048576.")
  private int maxBody = Limits.DEFAULT.bodyBytes();

  @Option(
      names = "--max-prompt",
      paramLabel = "N",
      description =
          "Maximum length of a request's prompts together, in characters. Default:" + " 100000.")
  private int maxPrompt = Limits.DEFAULT.promptCharacters();

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "Steps that a request may ask for. Default: 1000.")
  private int maxSteps = Limits.DEFAULT.steps();

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description = "Tokens of an answer that a request may ask for. Default: 1024.")
  private int maxLength = Limits.DEFAULT.length();

  @Option(
      names = "--max-candidates",
      paramLabel = "N",
      description =
          "Maximum answers of a request, including the candidates of its guidance. Default: 16.")
  private int maxCandidates = Limits.DEFAULT.candidates();

  @Option(
      names = "--concurrent",
      paramLabel = "N",
      description = "Maximum answers computed at once. Default: 16.")
  private int concurrent = Limits.DEFAULT.concurrent();

  @Option(
      names = "--waiting",
      paramLabel = "N",
      description = "Maximum answers waiting; further requests are rejected. Default: 64.")
  private int waiting = Limits.DEFAULT.waiting();

  @Option(
      names = "--max-wait",
      paramLabel = "SECONDS",
      description = "How long a request may wait for its turn. Default: 30.")
  private int maxWait = (int) Limits.DEFAULT.waitingTime().toSeconds();

  @Option(
      names = "--max-time",
      paramLabel = "SECONDS",
      description = "How long a request may take altogether. Default: 600.")
  private int maxTime = (int) Limits.DEFAULT.runningTime().toSeconds();

  @Option(
      names = "--max-transfer",
      paramLabel = "SECONDS",
      description =
          "Seconds that a request may take to arrive, and that a client may take to read an"
              + " answer once it is computed. Default: 60.")
  private int maxTransfer = (int) Limits.DEFAULT.transferTime().toSeconds();

  @Option(
      names = "--trust-plugin-options",
      description =
          "Allow files of this machine and regular expressions in the plugin options of requests.")
  private boolean trusted;

  /**
   * Reads all options.
   *
   * @param shippedName the model's name if none is given
   * @param defaults the defaults of requests
   * @throws IllegalArgumentException if a value is out of range
   * @throws IOException if the key file cannot be read
   */
  ServerSettings settings(Host process, String shippedName, SamplingOptions defaults)
      throws IOException {
    Limits limits =
        new Limits(
            maxBody,
            maxPrompt,
            maxSteps,
            maxLength,
            maxCandidates,
            concurrent,
            waiting,
            Duration.ofSeconds(maxWait),
            Duration.ofSeconds(maxTime),
            Duration.ofSeconds(maxTransfer),
            Limits.DEFAULT.idle(),
            trusted);
    Integer length = defaults.length();
    return new ServerSettings(
        host,
        port,
        key(process),
        modelName == null ? shippedName : modelName,
        Optional.ofNullable(defaults.canvas()),
        length == null ? OptionalInt.empty() : OptionalInt.of(length),
        limits);
  }

  /**
   * Keeps the default steps of requests within the limit.
   *
   * @param given what {@code --steps} says; null if it is not set
   * @return the default to set; empty for the model's, which is within the limit
   * @throws IllegalArgumentException if the given default exceeds the limit
   */
  OptionalInt defaultSteps(@Nullable Integer given) {
    if (given != null && given > maxSteps) {
      throw new IllegalArgumentException(
          "--steps must be at most " + maxSteps + ", the limit of the steps, but is: " + given);
    }
    return given == null && maxSteps < USUAL_STEPS ? OptionalInt.of(maxSteps) : OptionalInt.empty();
  }

  private Optional<String> key(Host process) throws IOException {
    if (keyFile == null) {
      return Optional.ofNullable(process.environment(KEY_VARIABLE)).map(String::strip);
    }
    List<String> lines;
    try {
      lines = Utf8Text.lines(keyFile).stream().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new IOException("--api-key-file " + FileProblem.cannotBeRead(e) + ": " + keyFile, e);
    }
    if (lines.size() != 1) {
      throw new IOException(
          "--api-key-file must have one line, but has " + lines.size() + ": " + keyFile);
    }
    return Optional.of(lines.get(0).strip());
  }
}
