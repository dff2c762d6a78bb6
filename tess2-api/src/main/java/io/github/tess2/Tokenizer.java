package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableIntArray;

/**
 * Converts text to token ids and back, as defined by the checkpoint's tokenizer files. Thread-safe.
 */
public interface Tokenizer {
  /**
   * Splits a text into tokens, without adding special tokens.
   *
   * @param text the text
   * @return its token ids, each in {@code [0, size)}
   */
  ImmutableIntArray encode(String text);

  /**
   * Splits a text that continues other text. Many tokenizers put a space before the first word of a
   * text; this method does not. The same as {@link #encode} unless the tokenizer distinguishes the
   * two.
   *
   * @param text the text
   * @return its token ids, each in {@code [0, size)}
   */
  default ImmutableIntArray encodeContinuation(String text) {
    return encode(requireNonNull(text, "text"));
  }

  /**
   * Joins tokens into a standalone text, without special tokens. Many tokenizers drop the space
   * before the first word: {@code ▁Rome} alone is {@code "Rome"}.
   *
   * @param ids token ids
   * @return their text
   * @throws IllegalArgumentException if an id is not in the vocabulary
   */
  String decode(ImmutableIntArray ids);

  /**
   * Joins tokens into text that continues other text, without special tokens: {@code ▁Rome} is
   * {@code " Rome"}. The same as {@link #decode} unless the tokenizer distinguishes the two.
   *
   * @param ids token ids
   * @return their text
   * @throws IllegalArgumentException if an id is not in the vocabulary
   */
  default String decodeContinuation(ImmutableIntArray ids) {
    return decode(requireNonNull(ids, "ids"));
  }

  /** {@return the number of tokens, including added ones; at most the model's V} */
  int size();

  /** {@return the id of the beginning-of-sequence token} */
  int bosId();

  /** {@return the id of the end-of-sequence token} */
  int eosId();

  /**
   * {@return the ids of all tokens that end an answer, each once; only {@link #eosId()}, unless a
   * model has several}
   */
  default ImmutableIntArray endIds() {
    return ImmutableIntArray.of(eosId());
  }

  /**
   * {@return whether a token ends an answer}
   *
   * @param id a token id
   */
  default boolean isEnd(int id) {
    return endIds().contains(id);
  }

  /**
   * {@return the number of tokens before the first one that ends an answer; all of them if none
   * does}
   *
   * @param ids token ids
   */
  default int answerLength(ImmutableIntArray ids) {
    int length = 0;
    while (length < ids.length() && !isEnd(ids.get(length))) {
      length++;
    }
    return length;
  }

  /** {@return the id of the padding token, which fills the positions after the end of an answer} */
  int padId();

  /**
   * {@return a digest of the vocabulary. Two tokenizers have the same digest exactly if they assign
   * the same id to every token, which reward guidance requires}
   */
  String fingerprint();
}
