package io.github.tess2.contract;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;

/**
 * A tokenizer in which each token is one letter, so that any plain text has ids and any id has a
 * text.
 */
final class LetterTokenizer implements Tokenizer {
  private static final int BOS = 0;
  private static final int EOS = 1;
  private static final int PAD = 2;
  private static final int SPECIAL = 3;
  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \n.,:;!?'\"()+-*/=<>_|";

  @Override
  public ImmutableIntArray encode(String text) {
    return ImmutableIntArray.copyOf(text.chars().map(LetterTokenizer::idOf));
  }

  private static int idOf(int letter) {
    int index = LETTERS.indexOf(letter);
    return SPECIAL + (index < 0 ? LETTERS.indexOf('?') : index);
  }

  @Override
  public String decode(ImmutableIntArray ids) {
    StringBuilder text = new StringBuilder();
    ids.forEach(
        id -> {
          if (id >= size() || id < 0) {
            throw new IllegalArgumentException("token id must be below V, but is: " + id);
          }
          if (id >= SPECIAL) {
            text.append(LETTERS.charAt(id - SPECIAL));
          }
        });
    return text.toString();
  }

  @Override
  public int size() {
    return SPECIAL + LETTERS.length();
  }

  @Override
  public int bosId() {
    return BOS;
  }

  @Override
  public int eosId() {
    return EOS;
  }

  @Override
  public int padId() {
    return PAD;
  }

  @Override
  public String fingerprint() {
    return "letters";
  }
}
