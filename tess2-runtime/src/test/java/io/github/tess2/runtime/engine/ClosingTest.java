package io.github.tess2.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingTest {
  private final List<String> closed = new ArrayList<>();

  @Test
  void all_nothingFails_closesInOrder() {
    Closing.all(closes("a"), null, closes("b"));

    assertThat(closed).containsExactly("a", "b");
  }

  @Test
  void all_severalFail_closesAllAndThrowsTheFirst() {
    assertThatThrownBy(() -> Closing.all(fails("a"), closes("b"), fails("c")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a")
        .satisfies(e -> assertThat(e.getSuppressed()).extracting("message").containsExactly("c"));

    assertThat(closed).containsExactly("a", "b", "c");
  }

  @Test
  void after_closingFails_isSuppressedInTheFailure() {
    RuntimeException failure = new IllegalArgumentException("it");

    assertThatCode(() -> Closing.after(failure, fails("a"), closes("b")))
        .doesNotThrowAnyException();

    assertThat(closed).containsExactly("a", "b");
    assertThat(failure.getSuppressed()).extracting("message").containsExactly("a");
  }

  private Runnable closes(String name) {
    return () -> closed.add(name);
  }

  private Runnable fails(String name) {
    return () -> {
      closed.add(name);
      throw new IllegalStateException(name);
    };
  }
}
