package io.github.tess2.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.Reward;
import org.junit.jupiter.api.Test;

/** Numbers that are too large for any request. */
class LimitsTest {
  private static final Reward REWARD = AnswerLength.of(1, 3);

  @Test
  void bestOf_asManyAsARequestMayHave_isMade() {
    assertThat(BestOf.of(Guidance.MAX_CANDIDATES, REWARD).candidates()).isEqualTo(10_000);
  }

  @Test
  void bestOf_more_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BestOf.of(Integer.MAX_VALUE, REWARD))
        .withMessage("candidates must be at most 10000, but is: 2147483647");
  }

  @Test
  void patternAt_behindTheLastNumberThereIs_isRefused() {
    Guidance guidance = BestOf.of(1, PatternAt.of(Integer.MAX_VALUE, "a"));
    try (DiffusionLM lm = GoldenModel.open("mistral")) {
      assertThatThrownBy(
              () ->
                  lm.generate(
                      GenerationRequest.builder(Prompt.user("Hi"))
                          .steps(1)
                          .length(12)
                          .guidance(guidance)
                          .build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith(
              "a pattern must lie within the answer's 12 tokens, but reaches to: 2147483648");
    }
  }

  @Test
  void weightedSum_ofNull_isRefusedByName() {
    assertThatNullPointerException()
        .isThrownBy(() -> WeightedSum.builder().add(1, null))
        .withMessage("guidance");
  }
}
