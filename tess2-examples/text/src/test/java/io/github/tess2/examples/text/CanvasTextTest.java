package io.github.tess2.examples.text;

import static io.github.tess2.Blank.blank;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Confidence;
import io.github.tess2.DenoisingStep;
import io.github.tess2.Prompt;
import io.github.tess2.Tokenizer;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Pieces of a canvas, with a tokenizer whose tokens are bytes in UTF-8. */
class CanvasTextTest {
  private static final int EOS = 3;

  @Test
  void pieces_ofAsciiTokens_areOneEach() {
    CanvasText canvas = new CanvasText(Prompt.user("?"), new Bytes());

    assertThat(canvas.pieces(step("ab", ids("ab"), 0.5, 0.75)))
        .containsExactly(piece("a", 0.5), piece("b", 0.75));
  }

  @Test
  void pieces_behindTheEnd_areLeftOut() {
    CanvasText canvas = new CanvasText(Prompt.user("?"), new Bytes());
    ImmutableIntArray ids = ImmutableIntArray.of('a', EOS, 'b');

    assertThat(canvas.pieces(step("a", ids, 0.5, 0.6, 0.7))).containsExactly(piece("a", 0.5));
  }

  @Test
  void pieces_behindAnotherEndToken_areLeftOut() {
    CanvasText canvas = new CanvasText(Prompt.user("?"), new TwoEnds());
    ImmutableIntArray ids = ImmutableIntArray.of('a', 'b', TwoEnds.END, EOS);

    assertThat(canvas.pieces(step("ab", ids, 0.5, 0.75, 0.6, 0.7)))
        .containsExactly(piece("a", 0.5), piece("b", 0.75));
  }

  @Test
  void pieces_ofACharacterInSeveralTokens_areOneWithTheLeastConfidence() {
    CanvasText canvas = new CanvasText(Prompt.user("?"), new Bytes());

    assertThat(canvas.pieces(step("öx", ids("öx"), 0.9, 0.4, 0.8)))
        .containsExactly(piece("ö", 0.4), piece("x", 0.8));
  }

  @Test
  void pieces_endingInHalfACharacter_keepIt() {
    CanvasText canvas = new CanvasText(Prompt.user("?"), new Bytes());
    ImmutableIntArray half = ids("aö").subArray(0, 2);

    assertThat(canvas.pieces(step("a\uFFFD", half, 0.9, 0.4)))
        .containsExactly(piece("a", 0.9), piece("\uFFFD", 0.4));
  }

  @Test
  void pieces_ofAnInfill_haveTheGivenTextBetween() {
    CanvasText canvas = new CanvasText(Prompt.infill("1+", blank(1), "=", blank(2)), new Bytes());

    assertThat(canvas.pieces(step("1+2=3.", ids("23."), 0.5, 0.6, 0.7)))
        .containsExactly(
            new CanvasText.Piece("1+", OptionalDouble.empty()),
            piece("2", 0.5),
            new CanvasText.Piece("=", OptionalDouble.empty()),
            piece("3", 0.6),
            piece(".", 0.7));
  }

  @Test
  void pieces_ofARawPrompt_keepTheSpaceInFront() {
    CanvasText canvas = new CanvasText(Prompt.raw("?"), new Stripping());

    assertThat(canvas.pieces(step(" ab", ids(" ab"), 0.5, 0.6, 0.7)))
        .containsExactly(piece(" ", 0.5), piece("a", 0.6), piece("b", 0.7));
  }

  @Test
  void pieces_ofBlanks_keepTheSpaceInFrontBehindText() {
    CanvasText canvas = new CanvasText(Prompt.infill(blank(2), "b", blank(2)), new Stripping());

    assertThat(canvas.pieces(step("ab c", ids(" a c"), 0.5, 0.6, 0.7, 0.8)))
        .containsExactly(
            piece("a", 0.5),
            new CanvasText.Piece("b", OptionalDouble.empty()),
            piece(" ", 0.7),
            piece("c", 0.8));
  }

  @Test
  void pieces_ofACharacterInTwoBlanks_areOne() {
    CanvasText canvas = new CanvasText(Prompt.infill("1", blank(1), blank(1)), new Bytes());

    assertThat(canvas.pieces(step("1ö", ids("ö"), 0.9, 0.4)))
        .containsExactly(new CanvasText.Piece("1", OptionalDouble.empty()), piece("ö", 0.4));
  }

  @Test
  void pieces_notAddingUpToTheText_areTheTextAsOne() {
    CanvasText canvas = new CanvasText(Prompt.user("?"), new Bytes());

    assertThat(canvas.pieces(step("b", ids(" b"), 0.5, 0.75))).containsExactly(piece("b", 0.625));
  }

  private static CanvasText.Piece piece(String text, double confidence) {
    return new CanvasText.Piece(text, OptionalDouble.of(confidence));
  }

  private static ImmutableIntArray ids(String text) {
    return new Bytes().encode(text);
  }

  private static DenoisingStep step(String text, ImmutableIntArray ids, double... confidence) {
    return DenoisingStep.builder(text, ids, new Confidence(ImmutableDoubleArray.copyOf(confidence)))
        .step(1)
        .total(2)
        .build();
  }

  /** Drops the first space of a text, as SentencePiece tokenizers do. */
  private static final class Stripping extends Bytes {
    @Override
    public String decode(ImmutableIntArray ids) {
      String text = super.decode(ids);
      return text.startsWith(" ") ? text.substring(1) : text;
    }

    @Override
    public String decodeContinuation(ImmutableIntArray ids) {
      return super.decode(ids);
    }
  }

  /** Has a second token that ends an answer, as the tokenizers of LLaDA and Dream do. */
  private static final class TwoEnds extends Bytes {
    static final int END = 4;

    @Override
    public boolean isEnd(int id) {
      return id == END || super.isEnd(id);
    }
  }

  private static class Bytes implements Tokenizer {
    @Override
    public ImmutableIntArray encode(String text) {
      ImmutableIntArray.Builder ids = ImmutableIntArray.builder();
      for (byte one : text.getBytes(UTF_8)) {
        ids.add(Byte.toUnsignedInt(one));
      }
      return ids.build();
    }

    @Override
    public String decode(ImmutableIntArray ids) {
      byte[] bytes = new byte[ids.length()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) ids.get(i);
      }
      return new String(bytes, UTF_8);
    }

    @Override
    public int size() {
      return 256;
    }

    @Override
    public int bosId() {
      return 2;
    }

    @Override
    public int eosId() {
      return EOS;
    }

    @Override
    public int padId() {
      return 0;
    }

    @Override
    public String fingerprint() {
      return "bytes";
    }
  }
}
