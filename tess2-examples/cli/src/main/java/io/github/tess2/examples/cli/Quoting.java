package io.github.tess2.examples.cli;

import java.util.List;
import java.util.Optional;

/** Detects a prompt that was not quoted, which a shell splits into one prompt for each word. */
final class Quoting {
  private Quoting() {}

  /** Gives a hint if the prompts look like the words of a single one. */
  static Optional<String> hint(List<String> prompts) {
    boolean words =
        prompts.stream().noneMatch(text -> text.chars().anyMatch(Character::isWhitespace));
    return prompts.size() > 1 && words
        ? Optional.of(
            "answering "
                + prompts.size()
                + " prompts of one word each; if they are one prompt, quote it: "
                + quoted(prompts))
        : Optional.empty();
  }

  /** The words, quoted as one argument. */
  static String quoted(List<String> words) {
    String text = String.join(" ", words);
    return text.contains("\"") || text.contains("$") || text.contains("`") || text.contains("!")
        ? "'" + text.replace("'", "'\\''") + "'"
        : '"' + text + '"';
  }
}
