package io.github.tess2.examples.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Blank;
import io.github.tess2.Confidence;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationResult;
import io.github.tess2.Prompt;
import io.github.tess2.examples.tasks.Family;
import io.github.tess2.examples.tasks.TaskItem;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlankedAnswerTest {
  private static final TaskItem ITEM =
      new TaskItem("1", Family.SORT_WORDS, "key", "Sort: b a", "Sorted: apple bean = corn");

  private static List<BlankedAnswer> blanked(int words) {
    return BlankedAnswer.of(List.of(ITEM), words, new Letters());
  }

  private static List<String> blanks(int words) {
    return blanked(words).get(0).parts().stream()
        .filter(BlankedAnswer.Part::isBlank)
        .map(BlankedAnswer.Part::text)
        .toList();
  }

  @Test
  void blank_isAWordOfTheAnswer() {
    assertThat(blanks(1))
        .singleElement()
        .satisfies(word -> assertThat(ITEM.answer().split(" ")).contains(word));
  }

  @Test
  void blanks_ofFewerWords_areAmongThoseOfMore() {
    assertThat(String.join(" ", blanks(3))).contains(blanks(1).get(0));
    assertThat(blanks(3)).hasSize(3).doesNotContain("=");
  }

  @Test
  void parts_together_areTheAnswer() {
    assertThat(blanked(2).get(0).parts())
        .extracting(BlankedAnswer.Part::text)
        .satisfies(texts -> assertThat(String.join("", texts)).isEqualTo(ITEM.answer()));
  }

  @Test
  void of_noWordWouldBeGiven_isLeftOut() {
    assertThat(blanked(3)).hasSize(1);
    assertThat(blanked(4)).isEmpty();
  }

  @Test
  void prompt_isTheChatWithBlanksAsWideAsTheirWords() {
    BlankedAnswer question = blanked(3).get(0);
    Prompt.Infill infill = (Prompt.Infill) question.prompt();

    assertThat(infill.parts().get(0).toString())
        .startsWith(Question.chat(ITEM))
        .startsWith("<|user|>\nSort: b a\n<|assistant|>\n");
    assertThat(infill.parts())
        .filteredOn(Blank.class::isInstance)
        .containsExactlyElementsOf(
            blanks(3).stream().map(word -> Blank.blank(word.length())).toList());
  }

  @Test
  void answer_hasTheGeneratedWordsInItsBlanks() {
    BlankedAnswer question = blanked(1).get(0);
    String word = blanks(1).get(0);
    GenerationResult result =
        GenerationResult.builder(
                "not read",
                ImmutableIntArray.of(),
                new Confidence(ImmutableDoubleArray.of()),
                FinishReason.LENGTH)
            .blanks(List.of("xyz"))
            .build();

    assertThat(question.answer(result)).isEqualTo(ITEM.answer().replace(word, "xyz"));
  }
}
