package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InfillCommandTest {
  @RegisterExtension final Cli cli = new Cli();

  @Test
  void infill_severalTexts_fillsEach() {
    Cli.Run run = cli.runFake("infill", "Ice is ____.", "Fire is __2__.", "-q");

    assertThat(run.exit()).isZero();
    assertThat(run.out().lines()).hasSize(2).allMatch(line -> line.startsWith("infill:["));
  }

  @Test
  void infill_textWithoutBlank_isRefused() {
    Cli.Run run = cli.runFake("infill", "Ice is cold.");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("blank");
  }

  @Test
  void infill_withALength_isRefused() {
    Cli.Run run = cli.runFake("infill", "Ice is ____.", "--length=3");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("--length must not be set: a blank says how many tokens it has");
  }
}
