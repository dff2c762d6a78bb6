package io.github.tess2.examples.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScoresTest {
  private static final TaskItem SUM =
      new TaskItem("a", Family.ARITHMETIC, "= 1+2", "What is 1 + 2?", "3");
  private static final TaskItem WORD =
      new TaskItem("b", Family.SPELL_BACKWARDS, "spell cat", "Spell 'cat' backwards.", "tac");

  @Test
  void add_rightAnswer_saysSo() {
    assertThat(new Scores().add(SUM, " 3 ")).isTrue();
    assertThat(new Scores().add(SUM, "4")).isFalse();
  }

  @Test
  void accuracy_several_isTheShareRight() {
    Scores scores = new Scores();
    scores.add(SUM, "3");
    scores.add(SUM, "4");
    scores.add(WORD, "tac");
    assertThat(scores.accuracy(Family.ARITHMETIC)).isEqualTo(0.5);
    assertThat(scores.accuracy(Family.SPELL_BACKWARDS)).isEqualTo(1);
    assertThat(scores.accuracy()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(scores.right()).isEqualTo(2);
    assertThat(scores.total()).isEqualTo(3);
  }

  @Test
  void accuracy_noneJudged_isRefused() {
    assertThatThrownBy(() -> new Scores().accuracy(Family.SUDOKU))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("an answer of sudoku-4x4 must have been judged, but none was");
  }

  @Test
  void table_several_hasARowForEachAndForAll() {
    Scores scores = new Scores();
    scores.add(SUM, "3");
    scores.add(SUM, "4");
    scores.add(WORD, "tac");
    assertThat(scores.table())
        .isEqualTo(
            """
            | task | right | of | accuracy |
            |---|---|---|---|
            | arithmetic | 1 | 2 | 50.0 % |
            | spell-backwards | 1 | 1 | 100.0 % |
            | all | 2 | 3 | 66.7 % |
            """);
  }
}
