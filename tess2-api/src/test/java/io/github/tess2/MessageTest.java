package io.github.tess2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {
  @Test
  void user_content_speaksAsUser() {
    assertThat(Message.user("Hi")).isEqualTo(new Message(Role.USER, "Hi"));
  }

  @Test
  void assistant_content_speaksAsAssistant() {
    assertThat(Message.assistant("Hi")).isEqualTo(new Message(Role.ASSISTANT, "Hi"));
  }

  @Test
  void system_content_speaksAsSystem() {
    assertThat(Message.system("Hi")).isEqualTo(new Message(Role.SYSTEM, "Hi"));
  }

  /**
   * The contents of a chat are stripped before the template is applied, so nothing would be left.
   */
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t ", "\u2003"})
  void message_blankContent_isRejected(String content) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Message.system(content))
        .withMessage("message content must not be blank, but is: \"" + content + "\"");
  }

  @Test
  void message_nullRole_isRejected() {
    assertThatNullPointerException().isThrownBy(() -> new Message(null, "Hi")).withMessage("role");
  }

  @Test
  void message_nullContent_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> Message.user(null))
        .withMessage("message content");
  }

  @Test
  void marker_everyRole_isTheTemplates() {
    assertThat(Role.values())
        .extracting(Role::marker)
        .containsExactly("<|system|>", "<|user|>", "<|assistant|>");
  }
}
