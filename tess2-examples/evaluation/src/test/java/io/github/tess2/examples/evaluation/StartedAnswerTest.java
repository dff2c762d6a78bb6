package io.github.tess2.examples.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;
import io.github.tess2.examples.tasks.Family;
import io.github.tess2.examples.tasks.TaskItem;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartedAnswerTest {
  private static final TaskItem ITEM =
      new TaskItem("1", Family.SORT_WORDS, "key", "Sort: b a", "Sorted: a b\nc");

  private static List<String> starts(int missing) {
    return StartedAnswer.of(List.of(ITEM), missing, new Letters()).stream()
        .map(start -> start.text().strip())
        .toList();
  }

  @Test
  void start_isTheAnswerWithoutItsLastWords() {
    assertThat(starts(1)).containsExactly("Sorted: a b");
    assertThat(starts(2)).containsExactly("Sorted: a");
    assertThat(starts(3)).containsExactly("Sorted:");
  }

  @Test
  void start_ofNothing_isEmpty() {
    assertThat(starts(0)).containsExactly("");
  }

  @Test
  void start_noWordWouldBeLeft_isLeftOut() {
    assertThat(starts(4)).isEmpty();
    assertThat(starts(5)).isEmpty();
  }

  /** A token for each character. */
  private static final class Letters implements Tokenizer {
    @Override
    public ImmutableIntArray encode(String text) {
      return ImmutableIntArray.copyOf(text.chars());
    }

    @Override
    public String decode(ImmutableIntArray ids) {
      StringBuilder text = new StringBuilder();
      ids.forEach(text::appendCodePoint);
      return text.toString();
    }

    @Override
    public int size() {
      return Character.MAX_VALUE;
    }

    @Override
    public int bosId() {
      return 0;
    }

    @Override
    public int eosId() {
      return 1;
    }

    @Override
    public int padId() {
      return 2;
    }

    @Override
    public String fingerprint() {
      return "letters";
    }
  }
}
