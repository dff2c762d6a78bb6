package io.github.tess2.examples.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskCheckTest {
  private static final TaskItem SUDOKU =
      new TaskItem(
          "s",
          Family.SUDOKU,
          "sudoku",
          "Sudoku:\n1_3_\n__1_\n_1__\n__2_",
          "1234\n4312\n2143\n3421");

  private static TaskItem item(Family family, String answer) {
    return new TaskItem("x", family, "key", "prompt", answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"42", " 42", "42\n", "\t42  ", "9 + 33 = 30 + 12 = 42", "1 = 42"})
  void arithmetic_rightConclusion_passes(String generated) {
    assertThat(item(Family.ARITHMETIC, "9 + 33 = 42").check().isRight(generated)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "4",
        "421",
        "4 2",
        "42.",
        "-42",
        "42 42",
        "x 42",
        "9 + 33 = 42 =",
        "42 = 9 + 33",
        "=42"
      })
  void arithmetic_anythingElse_fails(String generated) {
    assertThat(item(Family.ARITHMETIC, "9 + 33 = 42").check().isRight(generated)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"12 + 5 = 17, 17 - 3 = 14", "14", "So it is 14.", "12+5-3=14", "9 + 9 = 18 14"})
  void wordProblem_lastNumberRight_passes(String generated) {
    assertThat(item(Family.WORD_PROBLEM, "12 + 5 = 17, 17 - 3 = 14").check().isRight(generated))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "none", "12 + 2 = 15", "14 or 15", "= -14", "= 1.14", "1,14", "114"})
  void wordProblem_lastNumberWrong_fails(String generated) {
    assertThat(item(Family.WORD_PROBLEM, "12 + 5 = 17, 17 - 3 = 14").check().isRight(generated))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"60", "60 feet", "60inches", "60 inches inches", "61 inches"})
  void convertUnits_wrongNumberOrUnit_fails(String generated) {
    assertThat(item(Family.CONVERT_UNITS, "5 × 12 = 60 inches").check().isRight(generated))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"60 inches", "5 × 12 = 50 + 10 = 60 inches"})
  void convertUnits_rightNumberAndUnit_passes(String generated) {
    assertThat(item(Family.CONVERT_UNITS, "5 × 12 = 60 inches").check().isRight(generated))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"7 + 5 = 12", "12 - 5 = 7, 7 + 5 = 12", "So, 7 + 5 = 12"})
  void fillBlank_equationFilled_passes(String generated) {
    assertThat(
            item(Family.FILL_BLANK, "12 - 5 = 10 - 3 = 7, 7 + 5 = 12").check().isRight(generated))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "12 - 5 = 7", "7 + 5 = 12, 12 - 5 = 7", "7 + 5 = 12.", "5 + 7 = 12"})
  void fillBlank_anotherEquation_fails(String generated) {
    assertThat(
            item(Family.FILL_BLANK, "12 - 5 = 10 - 3 = 7, 7 + 5 = 12").check().isRight(generated))
        .isFalse();
  }

  @Test
  void sortWords_wordMissing_fails() {
    assertThat(item(Family.SORT_WORDS, "Sorted: a b c").check().isRight("Sorted: a c")).isFalse();
  }

  @Test
  void sudoku_rowsBesideEachOther_passes() {
    assertThat(SUDOKU.check().isRight(" 1234 4312 2143 3421\n")).isTrue();
  }

  @Test
  void sudoku_givenChanged_fails() {
    // A valid grid with other digits at the givens.
    assertThat(SUDOKU.check().isRight("2143\n3412\n1234\n4321")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1234\n4312\n2143",
        "1234\n4312\n2143\n342_",
        "1234\n4312\n2143\n3421 1",
        "1 2 3 4 4 3 1 2 2 1 4 3 3 4 2 1",
        "1234\n4312\n3124\n2421"
      })
  void sudoku_malformedOrAgainstTheRules_fails(String generated) {
    assertThat(SUDOKU.check().isRight(generated)).isFalse();
  }

  @Test
  void sudoku_anotherSolution_passes() {
    TaskItem open =
        new TaskItem("s", Family.SUDOKU, "k", "Sudoku:\n1___\n____\n____\n____", "1234");
    assertThat(open.check().isRight("1342\n2413\n3124\n4231")).isTrue();
  }

  @Test
  void sudoku_promptWithoutGrid_isRefused() {
    TaskItem none = new TaskItem("s", Family.SUDOKU, "k", "Sudoku please", "1234");
    assertThatThrownBy(none::check)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a sudoku prompt must hold four rows of 1 to 4 or _, but is: Sudoku please");
  }

  @Test
  void family_unknownName_namesThoseThereAre() {
    assertThatThrownBy(() -> Family.of("chess"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("arithmetic, word-problem")
        .hasMessageEndingWith("but is: chess");
  }
}
