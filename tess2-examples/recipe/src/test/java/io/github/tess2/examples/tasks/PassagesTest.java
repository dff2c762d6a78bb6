package io.github.tess2.examples.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PassagesTest {
  private final Passages passages = new Passages();

  @BeforeEach
  void add() {
    passages.add("Convert 12 feet");
    passages.add("Convert 12 yards to feet.");
    passages.add("Sudoku:\n12_4");
    passages.add("5 + 7");
  }

  @Test
  void findIn_textWithAPassage_isThatPassage() {
    assertThat(passages.findIn("convert 12  yards\nto feet.\n36 feet"))
        .isEqualTo("convert 12 yards to feet.");
    assertThat(passages.findIn("I ask: 'Convert 12 feet'!")).isEqualTo("convert 12 feet");
    assertThat(passages.findIn("Solve this Sudoku:\n12_4\n4321")).isEqualTo("sudoku: 12_4");
  }

  @Test
  void findIn_textWithoutAPassage_isNull() {
    assertThat(passages.findIn("Convert 12 miles")).isNull();
    assertThat(passages.findIn("")).isNull();
  }

  @Test
  void findIn_wordThatGoesOn_isNull() {
    assertThat(passages.findIn("Convert 12 feets")).isNull();
    assertThat(passages.findIn("Reconvert 12 feet")).isNull();
    assertThat(passages.findIn("Sudoku:\n12_43")).isNull();
  }

  @Test
  void findIn_sumAlone_isFoundAsALineOnly() {
    assertThat(passages.findIn("Now:\n5 + 7\n12")).isEqualTo("5 + 7");
    assertThat(passages.findIn("15 + 7 = 10 + 5 + 7 = 22")).isNull();
  }
}
