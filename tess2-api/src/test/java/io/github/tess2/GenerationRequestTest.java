package io.github.tess2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class GenerationRequestTest {
  private static final Prompt INFILL = Prompt.infill("1 + ", Blank.blank(2), " = 3");

  @Test
  void build_infillWithLength_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GenerationRequest.builder(INFILL).length(8).build())
        .withMessage(
            "length must not be set for an infill, whose blanks say how wide they are, but is: 8");
  }

  @Test
  void build_infillWithoutLength_leavesItUnset() {
    assertThat(GenerationRequest.builder(INFILL).steps(3).build().options().length()).isNull();
  }

  @Test
  void build_chatWithLength_keepsIt() {
    assertThat(GenerationRequest.builder(Prompt.user("Hi")).length(8).build().options().length())
        .isEqualTo(8);
  }
}
