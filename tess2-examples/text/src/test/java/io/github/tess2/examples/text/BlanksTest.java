package io.github.tess2.examples.text;

import static io.github.tess2.Blank.blank;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.tess2.Prompt;
import org.junit.jupiter.api.Test;

class BlanksTest {
  @Test
  void parse_underscores_areABlankOfAsManyTokens() {
    assertThat(Blanks.parse("a ___ b")).isEqualTo(Prompt.infill("a ", blank(3), " b"));
  }

  @Test
  void parse_numberBetweenUnderscores_isABlankOfThatWidth() {
    assertThat(Blanks.parse("a __12__ b")).isEqualTo(Prompt.infill("a ", blank(12), " b"));
  }

  @Test
  void parse_severalBlanks_areKeptInOrder() {
    assertThat(Blanks.parse("__ + 2 = __5__"))
        .isEqualTo(Prompt.infill(blank(2), " + 2 = ", blank(5)));
  }

  @Test
  void parse_oneUnderscore_isText() {
    assertThat(Blanks.parse("snake_case __")).isEqualTo(Prompt.infill("snake_case ", blank(2)));
  }

  @Test
  void parse_escapedUnderscores_areText() {
    assertThat(Blanks.parse("\\_\\_init\\_\\_ __")).isEqualTo(Prompt.infill("__init__ ", blank(2)));
  }

  @Test
  void parse_escapedBackslash_isABackslashBeforeABlank() {
    assertThat(Blanks.parse("\\\\__")).isEqualTo(Prompt.infill("\\", blank(2)));
  }

  @Test
  void parse_otherBackslash_isText() {
    assertThat(Blanks.parse("C:\\new __")).isEqualTo(Prompt.infill("C:\\new ", blank(2)));
  }

  @Test
  void parse_withoutBlank_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Blanks.parse("no blank_"))
        .withMessage("an infill must have a blank (such as ____ or __12__), but is: no blank_");
  }

  @Test
  void parse_blankOfNoWidth_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Blanks.parse("__0__"))
        .withMessage("blank tokens must be greater than zero, but is: 0");
  }

  @Test
  void parse_endlessWidth_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Blanks.parse("__99999999999__"))
        .withMessage("a blank's width must have at most 6 digits, but is: 99999999999");
  }
}
