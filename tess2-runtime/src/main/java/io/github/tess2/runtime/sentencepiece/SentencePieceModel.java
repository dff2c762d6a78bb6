package io.github.tess2.runtime.sentencepiece;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import io.github.tess2.CheckpointException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The content of a SentencePiece model file ({@code tokenizer.model}).
 *
 * @param kind how a text is split
 * @param pieces the vocabulary; a piece's id is its index
 * @param unknownId the id of the unknown piece, which stands for text that no piece covers
 * @param byteFallback whether text that no piece covers is encoded as its bytes in UTF-8
 * @param normalizer normalizes a text before it is split
 */
public record SentencePieceModel(
    Kind kind,
    ImmutableList<Piece> pieces,
    int unknownId,
    boolean byteFallback,
    Normalizer normalizer) {

  /**
   * Longer than any known piece. Trying all splits of a piece takes time quadratic in its length.
   */
  private static final int MAX_PIECE = 1000;

  /** How a text is split, with the number in the file. */
  public enum Kind {
    /** The likeliest split. */
    UNIGRAM(1),
    /** Neighbours are merged, the pair with the best score first. */
    BPE(2);

    private final int number;

    Kind(int number) {
      this.number = number;
    }
  }

  /** What a piece is for, with the number in the file. */
  public enum Type {
    /** Found in text. */
    NORMAL(1),
    /** Stands for text that no piece covers. */
    UNKNOWN(2),
    /** A control token; never found in text. */
    CONTROL(3),
    /** Found in text before any other piece. */
    USER_DEFINED(4),
    /** Never found. */
    UNUSED(5),
    /** A byte, spelled as {@code <0x0A>}; never found in text as such. */
    BYTE(6);

    private final int number;

    Type(int number) {
      this.number = number;
    }
  }

  /**
   * One piece of the vocabulary.
   *
   * @param text its spelling, with U+2581 for a space
   * @param score how likely it is (unigram) or when it is merged (BPE); finite
   * @param type what it is for
   */
  public record Piece(String text, float score, Type type) {}

  /** How a byte is spelled as a piece. */
  public static String byteName(int value) {
    return String.format(Locale.ROOT, "<0x%02X>", value);
  }

  /**
   * Reads a model.
   *
   * @param source what error messages call the file
   * @param bytes the file
   * @throws CheckpointException if it is damaged or needs something that is not supported
   */
  public static SentencePieceModel parse(String source, byte[] bytes) {
    ProtoFields model = ProtoFields.parse(source, ByteString.copyFrom(bytes));
    ProtoFields trainer = model.message(2, "trainer_spec");
    ProtoFields normalizer = model.message(3, "normalizer_spec");
    Kind kind = kind(source, trainer.number(3, "model_type", Kind.UNIGRAM.number));
    if (trainer.bool(24, "treat_whitespace_as_suffix", false)) {
      throw wrong(source, "trainer_spec.treat_whitespace_as_suffix", "must be false", "true");
    }
    boolean byteFallback = trainer.bool(35, "byte_fallback", false);
    ImmutableList<Piece> pieces = pieces(source, model);
    int unknown = check(source, pieces, byteFallback);
    return new SentencePieceModel(
        kind,
        pieces,
        unknown,
        byteFallback,
        new Normalizer(
            Charsmap.parse(source, normalizer.bytes(2, "precompiled_charsmap").toByteArray()),
            pieces.stream()
                .filter(piece -> piece.type() == Type.USER_DEFINED)
                .map(Piece::text)
                .toList(),
            normalizer.bool(3, "add_dummy_prefix", true),
            normalizer.bool(4, "remove_extra_whitespaces", true),
            normalizer.bool(5, "escape_whitespaces", true)));
  }

  private static Kind kind(String source, long number) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.number == number)
        .findAny()
        .orElseThrow(
            () ->
                wrong(
                    source,
                    "trainer_spec.model_type",
                    "must be 1 (unigram) or 2 (BPE)",
                    Long.toString(number)));
  }

  private static ImmutableList<Piece> pieces(String source, ProtoFields model) {
    ImmutableList.Builder<Piece> pieces = ImmutableList.builder();
    int id = 0;
    for (ByteString bytes : model.messages(1, "pieces")) {
      String name = source + ": piece " + id++;
      ProtoFields piece = ProtoFields.parse(name, bytes);
      String text = piece.text(1, "piece");
      if (text.isEmpty() || text.length() > MAX_PIECE) {
        throw wrong(
            name, "piece", "must have 1 to " + MAX_PIECE + " characters", "" + text.length());
      }
      pieces.add(new Piece(text, piece.real(2, "score"), type(name, piece)));
    }
    return pieces.build();
  }

  private static Type type(String source, ProtoFields piece) {
    long number = piece.number(3, "type", Type.NORMAL.number);
    return Arrays.stream(Type.values())
        .filter(type -> type.number == number)
        .findAny()
        .orElseThrow(() -> wrong(source, "type", "must be from 1 to 6", Long.toString(number)));
  }

  /** Checks what SentencePiece itself requires of a model. Returns the id of the unknown piece. */
  private static int check(String source, ImmutableList<Piece> pieces, boolean byteFallback) {
    Map<String, Integer> ids = new HashMap<>();
    int unknown = -1;
    for (int id = 0; id < pieces.size(); id++) {
      Piece piece = pieces.get(id);
      Integer other = ids.put(piece.text(), id);
      if (other != null) {
        throw wrong(
            source,
            "a piece",
            "must be unique",
            String.format(Locale.ROOT, "\"%s\", with ids %d and %d", piece.text(), other, id));
      }
      if (piece.type() == Type.BYTE && !byteFallback) {
        throw wrong(
            source, "piece " + id, "must not be a byte without byte_fallback", piece.text());
      }
      if (piece.type() == Type.UNKNOWN) {
        if (unknown >= 0) {
          throw wrong(source, "the unknown piece", "must be unique", unknown + " and " + id);
        }
        unknown = id;
      }
    }
    if (unknown < 0) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: one of the %d pieces must be of type 2 (unknown), but none is",
              source,
              pieces.size()));
    }
    if (byteFallback) {
      for (int value = 0; value < 256; value++) {
        Integer id = ids.get(byteName(value));
        if (id == null || pieces.get(id).type() != Type.BYTE) {
          throw new CheckpointException(
              String.format(
                  Locale.ROOT,
                  "%s: byte_fallback needs a piece of type 6 (byte) for each byte, but there is no"
                      + " %s",
                  source,
                  byteName(value)));
        }
      }
    }
    return unknown;
  }

  private static CheckpointException wrong(String source, String name, String rule, String value) {
    return new CheckpointException(
        String.format(Locale.ROOT, "%s: %s %s, but is: %s", source, name, rule, value));
  }
}
