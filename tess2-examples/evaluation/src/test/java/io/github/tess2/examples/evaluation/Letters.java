package io.github.tess2.examples.evaluation;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;

/** A token for each character. */
final class Letters implements Tokenizer {
  @Override
  public ImmutableIntArray encode(String text) {
    return ImmutableIntArray.copyOf(text.chars());
  }

  @Override
  public String decode(ImmutableIntArray ids) {
    StringBuilder text = new StringBuilder();
    ids.forEach(text::appendCodePoint);
    return text.toString();
  }

  @Override
  public int size() {
    return Character.MAX_VALUE;
  }

  @Override
  public int bosId() {
    return 0;
  }

  @Override
  public int eosId() {
    return 1;
  }

  @Override
  public int padId() {
    return 2;
  }

  @Override
  public String fingerprint() {
    return "letters";
  }
}
