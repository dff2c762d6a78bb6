package io.github.tess2.examples.text;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.DenoisingStep;
import io.github.tess2.Prompt;
import io.github.tess2.Tokenizer;
import java.util.Optional;

/**
 * Returns the part of an answer that can no longer change, in pieces as it grows. Diffusion revises
 * all rows of the current window, so this is the text of the rows before the window. With the
 * canvas {@code blocks} these are the rows before the current block; with other canvases there are
 * none until the end. Use one for each request, from one thread at a time.
 */
public final class SettledText {
  /** Decoding produces this for bytes that do not form a character (yet). */
  private static final char BROKEN = '\uFFFD';

  private final Prompt prompt;
  private final Tokenizer tokenizer;
  private final Optional<SettledRows> rows;
  private final Stops stops;
  private String sent = "";
  private boolean stopped;

  /**
   * Begins with nothing settled.
   *
   * @param prompt the prompt of the request
   * @param tokenizer the model's tokenizer
   * @param rows the request's canvas policy; empty if every row can change until the end
   * @param stops the texts at which the answer is cut
   */
  public SettledText(Prompt prompt, Tokenizer tokenizer, Optional<SettledRows> rows, Stops stops) {
    this.prompt = requireNonNull(prompt, "prompt");
    this.tokenizer = requireNonNull(tokenizer, "tokenizer");
    this.rows = requireNonNull(rows, "rows");
    this.stops = requireNonNull(stops, "stops");
  }

  /** {@return whether a stop text was found, after which nothing more comes} */
  public boolean stopped() {
    return stopped;
  }

  /** {@return all of the settled text that was returned so far} */
  public String sent() {
    return sent;
  }

  /**
   * {@return the text that has settled since the last call}
   *
   * @param step the latest step
   */
  public String grow(DenoisingStep step) {
    int settled = rows.map(SettledRows::count).orElse(0);
    if (settled == 0 || stopped || prompt instanceof Prompt.Infill) {
      return "";
    }
    String text = common(decode(step.tokenIds(), settled), step.text());
    int stop = stops.find(text);
    if (stop >= 0) {
      stopped = true;
      return next(text.substring(0, stop));
    }
    return next(stops.sure(text));
  }

  private String decode(ImmutableIntArray ids, int settled) {
    ImmutableIntArray head = ids.subArray(0, Math.min(settled, tokenizer.answerLength(ids)));
    return prompt instanceof Prompt.Raw
        ? tokenizer.decodeContinuation(head)
        : tokenizer.decode(head);
  }

  /** The common beginning of two texts, without a trailing half of a character. */
  private static String common(String one, String other) {
    int length = 0;
    int most = Math.min(one.length(), other.length());
    while (length < most && one.charAt(length) == other.charAt(length)) {
      length++;
    }
    while (length > 0
        && (one.charAt(length - 1) == BROKEN
            || Character.isHighSurrogate(one.charAt(length - 1)))) {
      length--;
    }
    return one.substring(0, length);
  }

  private String next(String text) {
    if (text.length() <= sent.length()) {
      return "";
    }
    String piece = text.substring(sent.length());
    sent = text;
    return piece;
  }

  /**
   * {@return the rest of the answer}
   *
   * @param text the whole answer
   * @throws IllegalStateException if it does not begin with the text that was sent
   */
  public String finish(String text) {
    if (stopped) {
      return "";
    }
    String cut = stops.cut(text);
    if (!cut.startsWith(sent)) {
      throw new IllegalStateException("settled text must not change, but did");
    }
    return next(cut);
  }
}
