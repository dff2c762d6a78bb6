package io.github.tess2.runtime.checkpoint;

import java.util.stream.IntStream;

/**
 * Joins tokens into text as it reads inside another text. Decoders treat the ends of a text
 * specially: most of the SentencePiece kind drop the first space. So the tokens are decoded between
 * two letters, which are then removed. Letters are used instead of the real neighbours because an
 * incomplete character would corrupt one next to it: the bytes of both are decoded as one run.
 */
final class ContextDecoder {
  private static final int NO_LETTER = -1;

  private final NativeTokenizer tokenizer;
  private final int letter;
  private final String spelling;

  private ContextDecoder(NativeTokenizer tokenizer, int letter, String spelling) {
    this.tokenizer = tokenizer;
    this.letter = letter;
    this.spelling = spelling;
  }

  /**
   * Finds a letter that a token spells in any context. If there is none, texts are decoded without
   * context.
   */
  static ContextDecoder of(TokenizerJson json, NativeTokenizer tokenizer) {
    return IntStream.rangeClosed(0, Character.MAX_VALUE)
        .filter(Character::isLetterOrDigit)
        .mapToObj(Character::toString)
        .filter(letter -> json.id(letter) >= 0)
        .filter(letter -> isAnywhere(tokenizer, letter, json.id(letter)))
        .findFirst()
        .map(letter -> new ContextDecoder(tokenizer, json.id(letter), letter))
        .orElseGet(() -> new ContextDecoder(tokenizer, NO_LETTER, ""));
  }

  private static boolean isAnywhere(NativeTokenizer tokenizer, String letter, int id) {
    return tokenizer.decode(new long[] {id, id, id}, true).equals(letter.repeat(3));
  }

  /** Decodes ids with other text before them, after them, both or neither. */
  String decode(long[] ids, boolean before, boolean after) {
    if (letter == NO_LETTER || !(before || after)) {
      return tokenizer.decode(ids, true);
    }
    int from = before ? 1 : 0;
    long[] between = new long[from + ids.length + (after ? 1 : 0)];
    System.arraycopy(ids, 0, between, from, ids.length);
    if (before) {
      between[0] = letter;
    }
    if (after) {
      between[between.length - 1] = letter;
    }
    String text = tokenizer.decode(between, true);
    int start = from * spelling.length();
    int end = text.length() - (after ? spelling.length() : 0);
    boolean stands =
        start <= end
            && (!before || text.startsWith(spelling))
            && (!after || text.endsWith(spelling));
    return stands ? text.substring(start, end) : tokenizer.decode(ids, true);
  }
}
