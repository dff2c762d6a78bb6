package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StreamCommandTest {
  private static final String RED = "\u001b[38;5;196m";
  private static final String GREEN = "\u001b[38;5;40m";
  private static final String RESET = "\u001b[0m";

  @RegisterExtension final Cli cli = new Cli();

  @Test
  void stream_toAFile_isALineForEachStep() {
    assertThat(cli.runFake("stream", "abcd").out())
        .isEqualTo(
            """
            step 1/4  confidence 0.46  a...
            step 2/4  confidence 0.63  ab..
            step 3/4  confidence 0.81  abc.
            step 4/4  confidence 0.99  abcd
            """);
  }

  @Test
  void stream_everyThird_showsThoseAndTheLast() {
    assertThat(cli.runFake("stream", "abcdefgh", "--steps=8", "--every=3").out().lines())
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .containsExactly("abc.....", "abcdef..", "abcdefgh");
  }

  @Test
  void stream_lineBreakToAFile_isSpelledOut() {
    assertThat(cli.runFake("stream", "a\nb\\", "--steps=1").out())
        .isEqualTo("step 1/1  confidence 0.99  a\\nb\\\\\n");
  }

  @Test
  void stream_onATerminal_redrawsInPlace() {
    assertThat(cli.onTerminal(80, 24).with("NO_COLOR", "1").runFake("stream", "ab").out())
        .isEqualTo(
            "step 1/4  confidence 0.40\n.."
                + "\r\u001b[1A\u001b[J"
                + "step 2/4  confidence 0.69\na."
                + "\r\u001b[1A\u001b[J"
                + "step 3/4  confidence 0.69\na."
                + "\r\u001b[1A\u001b[J"
                + "step 4/4  confidence 0.99\nab\n");
  }

  @Test
  void stream_onATerminal_coloursByConfidence() {
    assertThat(cli.onTerminal(80, 24).runFake("stream", "ab", "--steps=2").out())
        .startsWith("step 1/2  confidence 0.69\n" + GREEN + "a" + RESET + RED + "." + RESET + "\r");
  }

  @Test
  void stream_colorAlways_coloursAFile() {
    assertThat(cli.runFake("stream", "ab", "--steps=2", "--color=always").out())
        .startsWith("step 1/2  confidence 0.69  " + GREEN + "a" + RESET + RED + "." + RESET + "\n");
  }

  @Test
  void stream_colorNever_leavesATerminalPlain() {
    assertThat(cli.onTerminal(80, 24).runFake("stream", "ab", "--color=never").out())
        .doesNotContain("\u001b[38");
  }

  @Test
  void stream_noColorEmpty_stillColours() {
    assertThat(cli.onTerminal(80, 24).with("NO_COLOR", "").runFake("stream", "ab").out())
        .contains(GREEN);
  }

  @Test
  void stream_longLine_wrapsAndGoesBackOverAllLines() {
    assertThat(
            cli.onTerminal(30, 24)
                .with("NO_COLOR", "1")
                .runFake("stream", "x".repeat(70), "--steps=2")
                .out())
        .isEqualTo(
            "step 1/2  confidence 0.55\n"
                + "x".repeat(30)
                + "\n"
                + "x".repeat(5)
                + ".".repeat(25)
                + "\n"
                + ".".repeat(10)
                + "\r\u001b[3A\u001b[J"
                + "step 2/2  confidence 0.99\n"
                + "x".repeat(30)
                + "\n"
                + "x".repeat(30)
                + "\n"
                + "x".repeat(10)
                + "\n");
  }

  @Test
  void stream_moreLinesThanTheTerminal_drawsTheLastUntilTheEnd() {
    assertThat(
            cli.onTerminal(80, 3)
                .with("NO_COLOR", "1")
                .runFake("stream", "a\nb\nc", "--steps=2")
                .out())
        .isEqualTo("a\n..." + "\r\u001b[1A\u001b[J" + "step 2/2  confidence 0.99\na\nb\nc\n");
  }

  @Test
  void stream_controlCharacters_doNotReachTheTerminal() {
    assertThat(
            cli.onTerminal(80, 24)
                .with("NO_COLOR", "1")
                .runFake("stream", "a\u001bb\u0007", "--steps=1")
                .out())
        .isEqualTo("step 1/1  confidence 0.99\na b \n");
  }

  @Test
  void stream_done_printsStatisticsToStderr() {
    assertThat(cli.runFake("stream", "ab").err()).startsWith("2 tokens, 4 steps in 0.05 s");
  }

  @Test
  void stream_interrupted_showsTheLastStateAndSaysSo() {
    AtomicInteger asked = new AtomicInteger();

    Cli.Run run = cli.interruptedWhen(() -> asked.incrementAndGet() == 3).runFake("stream", "abcd");

    assertThat(run.out().lines().toList())
        .containsExactly(
            "step 1/4  confidence 0.46  a...",
            "step 2/4  confidence 0.63  ab..",
            "step 3/4  confidence 0.81  abc.");
    assertThat(run.err()).contains("cancelled");
    assertThat(run.exit()).isEqualTo(130);
  }

  @Test
  void stream_everyOutOfRange_isAUsageError() {
    Cli.Run run = cli.runFake("stream", "Hi", "--every=0");

    assertThat(run.err())
        .isEqualTo(
            "tess2 stream: --every must be at least 1, but is: 0 (see tess2 stream --help)\n");
    assertThat(run.exit()).isEqualTo(2);
  }

  @Test
  void stream_withoutPrompt_isAUsageError() {
    Cli.Run run = cli.runFake("stream");

    assertThat(run.err())
        .isEqualTo(
            "tess2 stream: Missing required parameter: 'PROMPT' (see tess2 stream --help)\n");
    assertThat(run.exit()).isEqualTo(2);
  }
}
