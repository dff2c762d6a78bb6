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

/** A step's text, cut into pieces of which each has one confidence. */
public final class CanvasText {
  /** Stands in a decoded text for bytes that are not (yet) a character. */
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
   * @param confidence of its tokens, in [0, 1]; empty where the text was given
   */
  public record Piece(String text, OptionalDouble confidence) {}

  /** The step's text in pieces: joined they are {@link DenoisingStep#text()}. */
  public List<Piece> pieces(DenoisingStep step) {
    List<Piece> pieces = new ArrayList<>();
    if (prompt instanceof Prompt.Infill infill) {
      fill(infill.parts(), step, pieces);
    } else {
      int end = step.tokenIds().indexOf(tokenizer.eosId());
      int to = end < 0 ? step.tokenIds().length() : end;
      decode(step, 0, to, prompt instanceof Prompt.Raw, pieces);
    }
    String joined = pieces.stream().map(Piece::text).collect(Collectors.joining());
    // A tokenizer may treat a text's ends in a way that pieces cannot show.
    return joined.equals(step.text())
        ? pieces
        : List.of(new Piece(step.text(), OptionalDouble.of(step.confidence().mean())));
  }

  /** Blanks side by side are one, since a character may reach across. */
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

  /** Tokens are no text by themselves, so what each adds to the text before it is its piece. */
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
