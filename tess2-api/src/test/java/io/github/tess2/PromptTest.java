package io.github.tess2;

import static io.github.tess2.Blank.blank;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTest {
  @Test
  void user_message_isAChatOfOneTurn() {
    assertThat(Prompt.user("Hi")).isEqualTo(new Prompt.Chat(List.of(Message.user("Hi"))));
  }

  @Test
  void user_blank_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prompt.user(" \n"))
        .withMessage("message content must not be blank, but is: \" \n\"");
  }

  @Test
  void user_null_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> Prompt.user(null))
        .withMessage("message content");
  }

  @Test
  void chat_turns_areKeptInOrder() {
    Message system = Message.system("Be brief.");
    Message user = Message.user("Hi");

    assertThat(Prompt.chat(system, user)).isEqualTo(new Prompt.Chat(List.of(system, user)));
  }

  @Test
  void chat_withoutTurns_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(Prompt::chat)
        .withMessage("a chat must have at least one message, but has: 0");
  }

  @Test
  void chat_endingWithTheAssistant_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prompt.chat(Message.user("Hi"), Message.assistant("Hello")))
        .withMessage("a chat's last message must be the user's, but is: ASSISTANT");
  }

  @Test
  void chat_nullTurn_isRejectedByItsPlace() {
    assertThatNullPointerException()
        .isThrownBy(() -> Prompt.chat(Message.user("Hi"), null))
        .withMessage("message 1");
  }

  @Test
  void chat_nullArray_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> Prompt.chat((Message[]) null))
        .withMessage("messages");
  }

  @Test
  void chat_nullList_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> new Prompt.Chat(null))
        .withMessage("messages");
  }

  @Test
  void chat_listChangedLater_staysAsItWas() {
    List<Message> turns = new ArrayList<>(List.of(Message.user("Hi")));
    Prompt.Chat chat = new Prompt.Chat(turns);

    turns.clear();

    assertThat(chat.messages()).containsExactly(Message.user("Hi"));
  }

  @Test
  void chat_itsList_cannotBeChanged() {
    Prompt.Chat chat = new Prompt.Chat(List.of(Message.user("Hi")));

    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> chat.messages().remove(0));
  }

  @Test
  void raw_text_isKept() {
    assertThat(Prompt.raw(" Once ")).isEqualTo(new Prompt.Raw(" Once "));
  }

  @Test
  void rawAndInfill_blanks_areKept() {
    assertThat(Prompt.raw(" \n")).isEqualTo(new Prompt.Raw(" \n"));
    assertThat(Prompt.infill(" ", blank(1))).isEqualTo(new Prompt.Infill(List.of(" ", blank(1))));
  }

  @Test
  void raw_empty_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prompt.raw(""))
        .withMessage("prompt must not be empty");
  }

  @Test
  void raw_null_isRejected() {
    assertThatNullPointerException().isThrownBy(() -> Prompt.raw(null)).withMessage("prompt");
  }

  @Test
  void infill_parts_areKeptInOrder() {
    assertThat(Prompt.infill("The capital of ", blank(4), " is Paris."))
        .isEqualTo(new Prompt.Infill(List.of("The capital of ", new Blank(4), " is Paris.")));
  }

  @Test
  void infill_onlyABlank_isAllowed() {
    assertThat(Prompt.infill(blank(1))).isEqualTo(new Prompt.Infill(List.of(new Blank(1))));
  }

  @Test
  void infill_withoutParts_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prompt.infill(new Object[0]))
        .withMessage("an infill prompt must have at least one blank");
  }

  @Test
  void infill_withoutBlank_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prompt.infill("all ", "text"))
        .withMessage("an infill prompt must have at least one blank");
  }

  @Test
  void infill_partOfAnotherType_isRejectedByItsPlace() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prompt.infill("one ", 2, blank(3)))
        .withMessage("infill part 1 must be a String or a Blank, but is: java.lang.Integer");
  }

  @Test
  void infill_emptyText_isRejectedByItsPlace() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prompt.infill(blank(3), ""))
        .withMessage("infill part 1 must not be empty");
  }

  @Test
  void infill_nullPart_isRejectedByItsPlace() {
    assertThatNullPointerException()
        .isThrownBy(() -> Prompt.infill(blank(3), null))
        .withMessage("infill part 1");
  }

  @Test
  void infill_nullArray_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> Prompt.infill((Object[]) null))
        .withMessage("infill parts");
  }

  @Test
  void infill_arrayChangedLater_staysAsItWas() {
    Object[] parts = {"a", blank(1)};
    Prompt prompt = Prompt.infill(parts);

    Arrays.fill(parts, "b");

    assertThat(prompt).isEqualTo(new Prompt.Infill(List.of("a", new Blank(1))));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -4})
  void blank_belowOneToken_isRejected(int tokens) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> blank(tokens))
        .withMessage("blank tokens must be greater than zero, but is: " + tokens);
  }

  @Test
  void infillBuilder_textsAndBlanks_isTheSamePrompt() {
    assertThat(Prompt.infill().text("a").blank(4).blank(new Blank(2)).text("b").build())
        .isEqualTo(Prompt.infill("a", blank(4), blank(2), "b"));
  }

  @Test
  void infillBuilder_usedAgain_leavesWhatItBuilt() {
    Prompt.Infill.Builder builder = Prompt.infill().text("a").blank(1);
    Prompt first = builder.build();

    builder.text("b");

    assertThat(first).isEqualTo(Prompt.infill("a", blank(1)));
    assertThat(builder.build()).isEqualTo(Prompt.infill("a", blank(1), "b"));
  }

  @Test
  void infillBuilder_noBlank_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prompt.infill().text("all text").build())
        .withMessage("an infill prompt must have at least one blank");
  }

  @Test
  void infillBuilder_emptyText_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prompt.infill().blank(3).text(""))
        .withMessage("infill part 1 must not be empty");
  }

  @Test
  void infillBuilder_blankWithoutWidth_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prompt.infill().blank(0))
        .withMessage("blank tokens must be greater than zero, but is: 0");
  }

  @Test
  void infillBuilder_null_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> Prompt.infill().text("a").text(null))
        .withMessage("infill part 1");
  }
}
