package io.github.tess2.runtime.generation;

import io.github.tess2.Message;
import io.github.tess2.Prompt;
import io.github.tess2.Role;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.TextSpan;
import java.util.ArrayList;
import java.util.List;

/** The text that stands before an answer, when one is generated and when one is learned. */
public final class ChatText {
  private ChatText() {}

  /**
   * A message that need not have content: data has such, prompts must not.
   *
   * @param role who speaks
   * @param content what is said; blanks around it are left out
   */
  public record Turn(Role role, String content) {}

  /**
   * A chat in TESS 2's template, up to where the answer begins; what users wrote is stripped. An
   * earlier answer ends as the model ends one, with the end-of-sequence token.
   *
   * @param chat the turns
   * @param tokenizer of the model
   */
  public static List<TextSpan> beforeAnswer(Prompt.Chat chat, CheckpointTokenizer tokenizer) {
    List<Turn> turns = new ArrayList<>();
    for (Message message : chat.messages()) {
      turns.add(new Turn(message.role(), message.content()));
    }
    return beforeAnswer(turns, true, tokenizer);
  }

  /**
   * The same of turns that training data has.
   *
   * @param turns before the answer
   * @param ends whether earlier answers have their end token
   * @param tokenizer of the model
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
