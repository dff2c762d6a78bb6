package io.github.tess2.runtime.training;

import com.google.common.primitives.ImmutableIntArray;

/** A line of training data as tokens, the beginning token in front. */
sealed interface Example {
  /** The fields that make a line one of these. */
  String fields();

  /** Whether its line is learned from, and not whole. */
  default boolean isCut() {
    return (this instanceof Chat chat && chat.cut())
        || (this instanceof Pair pair && (pair.chosen().cut() || pair.rejected().cut()));
  }

  /**
   * A text to learn as it stands.
   *
   * @param ids with the end token behind
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
   * @param ids the chat text, the answer's end token last, or the line break behind it
   * @param answerFrom where the last answer begins
   * @param cut whether its end is missing
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

  /** A line that the run is told to pass over. */
  record Skipped() implements Example {
    @Override
    public String fields() {
      return "nothing that fits";
    }
  }
}
