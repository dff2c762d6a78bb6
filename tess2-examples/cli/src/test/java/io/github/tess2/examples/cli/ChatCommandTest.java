package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ChatCommandTest {
  @RegisterExtension final Cli cli = new Cli();

  /** The fake runtime answers with the whole conversation. */
  @Test
  void chat_secondMessage_seesTheFirstAndItsAnswer() {
    Cli.Run run = cli.typing("a", "", "b").runFake("chat");

    assertThat(run.exit()).isZero();
    assertThat(run.out()).isEqualTo("a\na|a|b\n");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void chat_reset_forgetsAllButTheSystemMessage() {
    assertThat(cli.typing("a", "/reset", "b").runFake("chat", "--system=s").out())
        .isEqualTo("s|a\ns|b\n");
  }

  @Test
  void chat_quit_readsNoFurther() {
    assertThat(cli.typing("a", "/quit", "b").runFake("chat").out()).isEqualTo("a\n");
  }

  @Test
  void chat_onATerminal_showsTheAnswerRefining() {
    assertThat(
            cli.onTerminal(80, 24)
                .with("NO_COLOR", "1")
                .typing("ab")
                .runFake("chat", "--steps=2")
                .out())
        .isEqualTo(
            "> step 1/2  confidence 0.69\na."
                + "\r\u001b[1A\u001b[J"
                + "step 2/2  confidence 0.99\nab\n> ");
  }

  @Test
  void chat_interrupted_ends() {
    Cli.Run run = cli.interruptedWhen(() -> true).typing("a", "b").runFake("chat");

    assertThat(run.exit()).isEqualTo(130);
    assertThat(run.out().lines()).hasSize(1);
  }

  @Test
  void chat_modelFails_endsWithOneLine() {
    Cli.Run run = cli.typing("fail", "b").runFake("chat");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1);
  }
}
