package io.github.tess2.examples.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.Tess2Exception;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenLimitsTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void build() throws IOException {
    new TokenizerBuilder(TokenizerBuilder.SMALLEST + 2).addText("What is", 1).write(folder);
  }

  private static TokenLimits limits(int prompt, int answer) {
    return new TokenLimits(folder.resolve("tokenizer.json"), prompt, answer);
  }

  private static final TaskItem ITEM =
      new TaskItem("train-3", Family.ARITHMETIC, "= 7+8", "What is 7 + 8?", "15");

  @Test
  void promptTokens_chat_countsFormatAndStart() {
    try (TokenLimits limits = limits(64, 32)) {
      // <s> <|user|> \n What Ġis Ġ 7 Ġ + Ġ 8 ? \n <|assistant|> \n
      assertThat(limits.promptTokens(ITEM.prompt())).isEqualTo(15);
    }
  }

  @Test
  void answerTokens_any_countsTheEnd() {
    try (TokenLimits limits = limits(64, 32)) {
      assertThat(limits.answerTokens("15")).isEqualTo(3);
    }
  }

  @Test
  void tokens_veryLongText_isNotCutOff() {
    try (TokenLimits limits = limits(64, 32)) {
      assertThat(limits.tokens("1".repeat(5_000))).isEqualTo(5_000);
    }
  }

  @Test
  void require_justFits_returnsTheItem() {
    try (TokenLimits limits = limits(15, 3)) {
      assertThat(limits.require(ITEM)).isSameAs(ITEM);
    }
  }

  @Test
  void require_promptTooLong_isRefused() {
    try (TokenLimits limits = limits(14, 3)) {
      assertThatThrownBy(() -> limits.require(ITEM))
          .isInstanceOf(Tess2Exception.class)
          .hasMessage(
              "train-3 (arithmetic): prompt must have at most 14 tokens, but has 15:"
                  + " What is 7 + 8?");
    }
  }

  @Test
  void require_answerTooLong_isRefused() {
    try (TokenLimits limits = limits(15, 2)) {
      assertThatThrownBy(() -> limits.require(ITEM))
          .isInstanceOf(Tess2Exception.class)
          .hasMessage("train-3 (arithmetic): answer must have at most 2 tokens, but has 3: 15");
    }
  }

  @Test
  void require_chatTooLong_isRefused() {
    try (TokenLimits limits = new TokenLimits(folder.resolve("tokenizer.json"), 15, 3, 17)) {
      assertThatThrownBy(() -> limits.require(ITEM))
          .isInstanceOf(Tess2Exception.class)
          .hasMessage(
              "train-3 (arithmetic): chat must have at most 17 tokens, but has 18:"
                  + " What is 7 + 8? 15");
    }
  }

  @Test
  void fits_rejectedAnswerTooLongForTheChat_doesNot() {
    PreferencePair pair = new PreferencePair(ITEM, Flaw.NEAR_MISS, "155");
    try (TokenLimits tight = new TokenLimits(folder.resolve("tokenizer.json"), 20, 10, 18);
        TokenLimits wide = new TokenLimits(folder.resolve("tokenizer.json"), 20, 10, 19)) {
      assertThat(tight.fits(pair)).isFalse();
      assertThat(wide.fits(pair)).isTrue();
    }
  }

  @Test
  void fits_chosenAnswerTooLongForTheChat_doesNot() {
    PreferencePair pair = new PreferencePair(ITEM.withAnswer("155"), Flaw.TASTE, "15");
    try (TokenLimits tight = new TokenLimits(folder.resolve("tokenizer.json"), 20, 10, 18);
        TokenLimits wide = new TokenLimits(folder.resolve("tokenizer.json"), 20, 10, 19)) {
      assertThat(tight.fits(pair)).isFalse();
      assertThat(wide.fits(pair)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"14, 4, false", "15, 3, false", "15, 4, true"})
  void fits_promptOrAnAnswerTooLongAlone_doesNot(int prompt, int answer, boolean fits) {
    PreferencePair longRejected = new PreferencePair(ITEM, Flaw.NEAR_MISS, "155");
    PreferencePair longChosen = new PreferencePair(ITEM.withAnswer("155"), Flaw.TASTE, "15");
    try (TokenLimits limits =
        new TokenLimits(folder.resolve("tokenizer.json"), prompt, answer, 50)) {
      assertThat(limits.fits(longRejected)).isEqualTo(fits);
      assertThat(limits.fits(longChosen)).isEqualTo(fits);
    }
  }

  @Test
  void require_infillTooLong_isRefused() {
    InfillItem item = new InfillItem("infill-1", "equation", "= 1+2", "1 +", " 2", " = 3");
    try (TokenLimits limits = limits(6, 4)) {
      assertThatThrownBy(() -> limits.require(item))
          .isInstanceOf(Tess2Exception.class)
          .hasMessage("infill-1: text must have at most 10 tokens, but has 11: 1 + 2 = 3");
    }
  }

  @Test
  void constructor_limitZero_isRefused() {
    assertThatThrownBy(() -> limits(0, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("prompt tokens must be at least 1, but is: 0");
  }

  @Test
  void constructor_noFile_isRefused() {
    Path none = folder.resolve("none.json");
    assertThatThrownBy(() -> new TokenLimits(none, 1, 1))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage("tokenizer must be readable, but is not: " + none);
  }
}
