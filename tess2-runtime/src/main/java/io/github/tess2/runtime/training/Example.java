package io.github.tess2.runtime.training;

import com.google.common.primitives.ImmutableIntArray;

/** A line of training data as tokens, with the beginning-of-sequence token in front. */
sealed interface Example {
  /** The fields of a line of this kind. */
  String fields();

  /** Whether the line is used for training but not as a whole. */
  default boolean isCut() {
    return (this instanceof Chat chat && chat.cut())
        || (this instanceof Pair pair && (pair.chosen().cut() || pair.rejected().cut()));
  }

  /**
   * A text to learn as it is.
   *
   * @param ids the tokens, with the end token at the end
   */
  record Text(ImmutableIntArray ids) implements Example {
    @Override
    public String fields() {
      return "text";
    }
  }

  /**
   * A chat whose last message is the assistant's.
   *
   * @param ids the tokens of the chat, which end with the answer's end token or the line break
   *     after it
   * @param answerFrom the index at which the last answer begins
   * @param cut whether the chat was truncated
   */
  record Chat(ImmutableIntArray ids, int answerFrom, boolean cut) implements Example {
    @Override
    public String fields() {
      return "messages";
    }
  }

  /**
   * A preference.
   *
   * @param chosen the better chat
   * @param rejected the worse one
   */
  record Pair(Chat chosen, Chat rejected) implements Example {
    @Override
    public String fields() {
      return "chosen and rejected";
    }
  }

  /** A line that the run's settings say to skip. */
  record Skipped() implements Example {
    @Override
    public String fields() {
      return "nothing that fits";
    }
  }
}
