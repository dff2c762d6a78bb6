package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.Tess2Exception;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TrainingSessionTest {
  private final StringWriter err = new StringWriter();

  private void draw(Runnable picture) {
    TrainingSession.drawIfPossible(new PrintWriter(err, true), picture);
  }

  @Test
  void drawIfPossible_runtimeWithoutDesktop_saysSoAndGoesOn() {
    draw(
        () -> {
          throw new NoClassDefFoundError("java/awt/Shape");
        });

    assertThat(err.toString().strip())
        .isEqualTo(
            "No picture of the loss is drawn, because this Java runtime cannot draw:"
                + " java.lang.NoClassDefFoundError: java/awt/Shape");
  }

  @Test
  void drawIfPossible_runtimeWithoutFonts_saysSoAndGoesOn() {
    draw(
        () -> {
          throw new InternalError("Fontconfig head is null");
        });

    assertThat(err.toString()).contains("cannot draw").contains("Fontconfig head is null");
  }

  @Test
  void drawIfPossible_fileCannotBeWritten_isThrown() {
    assertThatThrownBy(
            () ->
                draw(
                    () -> {
                      throw new Tess2Exception("loss.svg must be writable, but is not");
                    }))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage("loss.svg must be writable, but is not");
    assertThat(err.toString()).isEmpty();
  }
}
