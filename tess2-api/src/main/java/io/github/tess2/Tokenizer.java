package io.github.tess2;

import com.google.common.primitives.ImmutableIntArray;

/** Text to token ids and back, as the checkpoint's {@code tokenizer.json} has it. Thread-safe. */
public interface Tokenizer {
  /**
   * Splits a text into tokens, with no special token added.
   *
   * @param text the text
   * @return its token ids, each in {@code [0, size)}
   */
  ImmutableIntArray encode(String text);

  /**
   * Joins tokens into text, special tokens left out.
   *
   * @param ids token ids
   * @return their text
   * @throws IllegalArgumentException if an id is not in the vocabulary
   */
  String decode(ImmutableIntArray ids);

  /** {@return how many tokens there are, added ones included; at most the model's V} */
  int size();

  /** {@return the id of the token that begins every sequence} */
  int bosId();

  /** {@return the id of the token that ends an answer} */
  int eosId();

  /** {@return the id of the token that fills up behind the end} */
  int padId();

  /**
   * {@return a digest of the vocabulary, equal exactly where two tokenizers give every token the
   * same id; reward guidance needs that}
   */
  String fingerprint();
}
