package io.github.tess2.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.tess2.contract.Providers;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardInput;
import io.github.tess2.spi.RewardProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Closing a guidance closes what it holds, once. */
class ClosingTest {
  @RegisterExtension final Providers providers = new Providers();

  @BeforeEach
  void install() throws Exception {
    providers.install(RewardProvider.class, Held.Provider.class);
    Held.closed.clear();
  }

  static Stream<Map.Entry<String, Map<String, String>>> holding() {
    return Stream.of(
        Map.entry("best-of", Map.of("reward", "held")),
        Map.entry("reward-function", Map.of("reward", "held")),
        Map.entry("weighted-sum", Map.of("parts", "reward-function(reward=held)")));
  }

  @ParameterizedTest
  @MethodSource("holding")
  void close_again_closesNothingAgain(Map.Entry<String, Map<String, String>> holding) {
    Guidance guidance = Guidance.named(holding.getKey(), holding.getValue());

    guidance.close();
    guidance.close();

    assertThat(Held.closed).hasSize(1);
  }

  @Test
  void close_ofAGuidanceMadeByHand_runsWhatItWasGivenOnce() {
    List<String> closed = new ArrayList<>();
    RewardGuidance guidance =
        RewardGuidance.builder("x", RewardInput::probabilities)
            .onClose(() -> closed.add("x"))
            .build();

    guidance.close();
    guidance.close();

    assertThat(closed).containsExactly("x");
  }

  @Test
  void closing_oneThrowsAnError_closesTheOthers() {
    List<String> closed = new ArrayList<>();
    AssertionError error = new AssertionError("first");
    List<AutoCloseable> things =
        List.of(
            () -> {
              throw error;
            },
            () -> closed.add("second"),
            () -> {
              throw new IllegalStateException("third");
            });

    Throwable thrown = catchThrowable(Closing.of(things)::run);

    assertThat(thrown).isSameAs(error);
    assertThat(thrown.getSuppressed()).extracting(Throwable::getMessage).containsExactly("third");
    assertThat(closed).containsExactly("second");
  }

  @Test
  void closing_again_doesNotThrowAgain() {
    Runnable closing =
        Closing.of(
            List.<AutoCloseable>of(
                () -> {
                  throw new IllegalStateException("out of luck");
                }));
    assertThatThrownBy(closing::run).hasMessage("out of luck");

    assertThatCode(closing::run).doesNotThrowAnyException();
  }

  /** A reward that can be closed. */
  public static final class Held implements Reward, AutoCloseable {
    static final List<Held> closed = new ArrayList<>();

    @Override
    public ai.djl.ndarray.NDArray score(RewardInput input) {
      return input.probabilitiesOf(1).sum();
    }

    @Override
    public void close() {
      closed.add(this);
    }

    /** Finds the reward by name. */
    public static final class Provider implements RewardProvider {
      @Override
      public String name() {
        return "held";
      }

      @Override
      public Reward create(OptionValues options) {
        return new Held();
      }
    }
  }
}
