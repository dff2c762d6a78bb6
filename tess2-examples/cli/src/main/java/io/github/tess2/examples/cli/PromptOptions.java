package io.github.tess2.examples.cli;

import io.github.tess2.Message;
import io.github.tess2.Prompt;
import io.github.tess2.examples.text.Blanks;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose how a text on the command line is read. */
final class PromptOptions {
  @Option(names = "--raw", description = "Continue the text as it is, with no chat around it.")
  private boolean raw;

  @Option(
      names = "--infill",
      description = {
        "Fill the blanks in the text. A blank is two or more underscores, as many as it has tokens"
            + " (\"The capital of ____ is Paris.\"), or a number between two pairs of them"
            + " (\"Once __24__ end.\"). A backslash before an underscore makes it text."
      })
  private boolean infill;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "A system message before the chat.")
  private @Nullable String system;

  /**
   * Checks these options against those of sampling.
   *
   * @throws IllegalArgumentException if a length is set for an infill, whose blanks determine it
   */
  void check(SamplingOptions sampling) {
    if (infill && sampling.length() != null) {
      throw new IllegalArgumentException(
          "--infill and --length exclude each other: a blank says how many tokens it has");
    }
  }

  /** Makes a prompt. Throws {@link IllegalArgumentException} if the text is not valid as one. */
  Prompt prompt(String text) {
    if (raw && infill) {
      throw new IllegalArgumentException("--raw and --infill exclude each other");
    }
    if (system != null && (raw || infill)) {
      throw new IllegalArgumentException(
          "--system needs a chat, but the prompt is " + (raw ? "--raw" : "--infill"));
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("prompt must not be empty");
    }
    if (raw) {
      return Prompt.raw(text);
    }
    if (infill) {
      return Blanks.parse(text);
    }
    return system == null
        ? Prompt.user(text)
        : Prompt.chat(Message.system(system), Message.user(text));
  }
}
