package io.github.tess2.examples.text;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Blank;
import io.github.tess2.DenoisingStep;
import io.github.tess2.Prompt;
import io.github.tess2.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Cuts the text of a step into pieces, each with one confidence. */
public final class CanvasText {
  /** Decoding produces this for bytes that do not form a character (yet). */
  private static final char BROKEN = '\uFFFD';

  private final Prompt prompt;
  private final Tokenizer tokenizer;

  public CanvasText(Prompt prompt, Tokenizer tokenizer) {
    this.prompt = prompt;
    this.tokenizer = tokenizer;
  }

  /**
   * A piece of text.
   *
   * @param text not empty
   * @param confidence the confidence of its tokens, in [0, 1]; empty if the text was given
   */
  public record Piece(String text, OptionalDouble confidence) {}

  /** Returns the text of a step in pieces. Joined, they are {@link DenoisingStep#text()}. */
  public List<Piece> pieces(DenoisingStep step) {
    List<Piece> pieces = new ArrayList<>();
    if (prompt instanceof Prompt.Infill infill) {
      fill(infill.parts(), step, pieces);
    } else {
      decode(
          step, 0, tokenizer.answerLength(step.tokenIds()), prompt instanceof Prompt.Raw, pieces);
    }
    String joined = pieces.stream().map(Piece::text).collect(Collectors.joining());
    // A tokenizer may change the ends of a text in a way that pieces cannot reproduce.
    return joined.equals(step.text())
        ? pieces
        : List.of(new Piece(step.text(), OptionalDouble.of(step.confidence().mean())));
  }

  /** Adjacent blanks are decoded together, because one character may span both. */
  private void fill(List<Object> parts, DenoisingStep step, List<Piece> pieces) {
    int from = 0;
    int to = 0;
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i) instanceof Blank blank) {
        to += blank.tokens();
        if (i + 1 == parts.size() || parts.get(i + 1) instanceof String) {
          decode(step, from, to, !pieces.isEmpty(), pieces);
          from = to;
        }
      } else {
        pieces.add(new Piece((String) parts.get(i), OptionalDouble.empty()));
      }
    }
  }

  /**
   * A single token may not be decodable text. So its piece is the text that it adds to the tokens
   * before it.
   */
  private void decode(DenoisingStep step, int from, int to, boolean continues, List<Piece> pieces) {
    ImmutableIntArray ids = step.tokenIds().subArray(from, to);
    String before = "";
    double least = 1;
    for (int i = 0; i < ids.length(); i++) {
      least = Math.min(least, step.confidence().at(from + i));
      ImmutableIntArray some = ids.subArray(0, i + 1);
      String text = continues ? tokenizer.decodeContinuation(some) : tokenizer.decode(some);
      boolean whole = !text.isEmpty() && text.charAt(text.length() - 1) != BROKEN;
      if ((whole || i + 1 == ids.length()) && text.startsWith(before)) {
        if (text.length() > before.length()) {
          pieces.add(new Piece(text.substring(before.length()), OptionalDouble.of(least)));
        }
        before = text;
        least = 1;
      }
    }
  }
}
