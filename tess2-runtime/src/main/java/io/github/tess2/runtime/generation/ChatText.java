package io.github.tess2.runtime.generation;

import io.github.tess2.Message;
import io.github.tess2.Prompt;
import io.github.tess2.Role;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.TextSpan;
import java.util.ArrayList;
import java.util.List;

/** The text before an answer, the same in generation and in training. */
public final class ChatText {
  private ChatText() {}

  /**
   * A message whose content may be empty: training data has such messages, prompts must not.
   *
   * @param role the role of the speaker
   * @param content the text of the message; surrounding blanks are dropped
   */
  public record Turn(Role role, String content) {}

  /**
   * A chat in TESS 2's template, up to the beginning of the answer. The texts of users are
   * stripped. An earlier answer ends with the end-of-sequence token, as the model ends its answers.
   *
   * @param chat the turns
   * @param tokenizer the tokenizer of the model
   */
  public static List<TextSpan> beforeAnswer(Prompt.Chat chat, CheckpointTokenizer tokenizer) {
    List<Turn> turns = new ArrayList<>();
    for (Message message : chat.messages()) {
      turns.add(new Turn(message.role(), message.content()));
    }
    return beforeAnswer(turns, true, tokenizer);
  }

  /**
   * The same for turns of training data.
   *
   * @param turns the turns before the answer
   * @param ends whether earlier answers have their end token
   * @param tokenizer the tokenizer of the model
   */
  public static List<TextSpan> beforeAnswer(
      List<Turn> turns, boolean ends, CheckpointTokenizer tokenizer) {
    List<TextSpan> spans = new ArrayList<>();
    for (Turn turn : turns) {
      spans.add(TextSpan.template(turn.role().marker() + "\n"));
      spans.add(TextSpan.user(Message.strip(turn.content())));
      if (ends && turn.role() == Role.ASSISTANT) {
        spans.add(tokenizer.end());
      }
      spans.add(TextSpan.template("\n"));
    }
    spans.add(TextSpan.template(Role.ASSISTANT.marker() + "\n"));
    return spans;
  }
}
