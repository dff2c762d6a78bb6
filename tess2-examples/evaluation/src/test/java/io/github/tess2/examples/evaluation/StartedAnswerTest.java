package io.github.tess2.examples.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

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
}
