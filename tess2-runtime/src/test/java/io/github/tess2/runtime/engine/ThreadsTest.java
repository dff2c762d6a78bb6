package io.github.tess2.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.condition.OS.LINUX;

import ai.djl.pytorch.jni.JniUtils;
import io.github.tess2.DiffusionLM;
import io.github.tess2.runtime.Goldens;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

// Claims are only held in try blocks, not used.
@SuppressWarnings("try")
class ThreadsTest {
  @Test
  void claim_nothingWanted_changesNothing() {
    EngineStart.engine();
    int before = Threads.count();

    try (Threads.Claim any = Threads.claim(OptionalInt.empty())) {
      assertThat(Threads.count()).isEqualTo(before);
    }
  }

  @Test
  void claim_closed_givesTheNumberUp() {
    EngineStart.engine();
    int before = Threads.count();

    Threads.Claim claim = Threads.claim(OptionalInt.of(before + 2));
    Threads.Claim same = Threads.claim(OptionalInt.of(before + 2));
    claim.close();
    claim.close();
    assertThat(Threads.count()).isEqualTo(before + 2);
    same.close();

    assertThat(Threads.count()).isEqualTo(before);
  }

  @Test
  void apply_onAnyThread_tellsPyTorch() throws InterruptedException {
    try (Threads.Claim claim = Threads.claim(OptionalInt.of(3))) {
      int[] found = new int[1];
      Thread other =
          new Thread(
              () -> {
                Threads.apply();
                found[0] = JniUtils.getNumThreads();
              });
      other.start();
      other.join();

      assertThat(found).containsExactly(3);
    }
  }

  @Test
  void build_otherThreadsThanAnOpenModels_isRefused() {
    try (DiffusionLM lm = open(2)) {
      assertThat(Threads.count()).isEqualTo(2);
      assertThatIllegalStateException()
          .isThrownBy(() -> open(3))
          .withMessage(
              "threads must be 2, which an open model or training of this process already uses,"
                  + " but is: 3");
      open(2).close();
      assertThat(lm.generate("Hi").text()).isNotNull();
    }
    open(3).close();
  }

  private static DiffusionLM open(int threads) {
    return DiffusionLM.builder()
        .model(Goldens.checkpoint("mistral"))
        .threads(threads)
        .steps(1)
        .length(4)
        .build();
  }

  /** PyTorch's number, the JVM's number, whether the user has chosen, and the expected number. */
  @ParameterizedTest
  @CsvSource({"8, 2, false, 2", "4, 8, false, 4", "8, 2, true, 8", "1, 1, false, 1"})
  void standard_number_isTheLesserUnlessChosen(
      int found, int available, boolean chosen, int expected) {
    assertThat(Threads.standard(found, available, chosen)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME", "KMP_LIBRARY"})
  void waitPolicy_setByTheUser_isLeft(String variable) {
    assertThat(WaitPolicy.isChosen(Map.of(variable, "x"))).isTrue();
    assertThat(WaitPolicy.isChosen(Map.of("PATH", "x"))).isFalse();
  }

  /** GNU OpenMP prints the settings from its environment on stderr. */
  @ParameterizedTest
  @CsvSource({"'', PASSIVE", "ACTIVE, ACTIVE"})
  @EnabledOnOs(LINUX)
  void engine_started_hasThreadsWaitAsTheUserSaysElseAsleep(String given, String expected)
      throws Exception {
    ChildJvm child = new ChildJvm().environment("OMP_DISPLAY_ENV", "TRUE");
    if (given.isEmpty()) {
      child.withoutVariables("OMP_WAIT_POLICY", "GOMP_SPINCOUNT");
    } else {
      child.environment("OMP_WAIT_POLICY", given);
    }

    ChildJvm.Outcome outcome = child.run(EngineProbe.class, "engine");

    assertThat(outcome.output())
        .contains("OMP_WAIT_POLICY = '" + expected + "'")
        .contains("SUM 42.0");
  }
}
