package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableIntArray;

/** Text to token ids and back, as the checkpoint's tokenizer files have it. Thread-safe. */
public interface Tokenizer {
  /**
   * Splits a text into tokens, with no special token added.
   *
   * @param text the text
   * @return its token ids, each in {@code [0, size)}
   */
  ImmutableIntArray encode(String text);

  /**
   * Splits a text that goes on from other text. Many tokenizers put a space before a text's first
   * word; here they do not. As {@link #encode} unless a tokenizer knows the difference.
   *
   * @param text the text
   * @return its token ids, each in {@code [0, size)}
   */
  default ImmutableIntArray encodeContinuation(String text) {
    return encode(requireNonNull(text, "text"));
  }

  /**
   * Joins tokens into a text of their own, special tokens left out. Many tokenizers drop the space
   * before a text's first word: {@code ▁Rome} alone is {@code "Rome"}.
   *
   * @param ids token ids
   * @return their text
   * @throws IllegalArgumentException if an id is not in the vocabulary
   */
  String decode(ImmutableIntArray ids);

  /**
   * Joins tokens into text that goes on from other text, special tokens left out: {@code ▁Rome} is
   * {@code " Rome"}. As {@link #decode} unless a tokenizer knows the difference.
   *
   * @param ids token ids
   * @return their text
   * @throws IllegalArgumentException if an id is not in the vocabulary
   */
  default String decodeContinuation(ImmutableIntArray ids) {
    return decode(requireNonNull(ids, "ids"));
  }

  /** {@return how many tokens there are, added ones included; at most the model's V} */
  int size();

  /** {@return the id of the token that begins every sequence} */
  int bosId();

  /** {@return the id of the token that ends an answer} */
  int eosId();

  /**
   * {@return whether a token ends an answer; only {@link #eosId()} does unless a model has several}
   *
   * @param id a token id
   */
  default boolean isEnd(int id) {
    return id == eosId();
  }

  /** {@return the id of the token that fills up behind the end} */
  int padId();

  /**
   * {@return a digest of the vocabulary, equal exactly where two tokenizers give every token the
   * same id; reward guidance needs that}
   */
  String fingerprint();
}
