package io.github.tess2.runtime.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import io.github.tess2.runtime.schedule.SquaredCosImprovedDdpmSchedule;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the closed form with draws of noisy simplexes, made by {@code oracle/make_survival.py}.
 */
class ArgmaxSurvivalTest {
  /** Tolerance beyond the error of the draws, which is six of their standard deviations. */
  private static final double TOLERANCE = 1e-5;

  /** One row of the file. */
  static final class Draws {
    int vocabulary;
    double t;
    int draws;
    double right;

    @Override
    public String toString() {
      return "V = " + vocabulary + ", t = " + t;
    }
  }

  static Stream<Draws> draws() throws Exception {
    try (Reader reader =
        new InputStreamReader(
            ArgmaxSurvivalTest.class.getResourceAsStream("/grid/survival.json"),
            StandardCharsets.UTF_8)) {
      return Arrays.stream(new Gson().fromJson(reader, Draws[].class));
    }
  }

  @ParameterizedTest
  @MethodSource("draws")
  void at_anyNoise_isTheShareOfDraws(Draws draws) {
    double alphaBar = new SquaredCosImprovedDdpmSchedule().alphaBar(1).applyAsDouble(draws.t);
    double expected = new ArgmaxSurvival(draws.vocabulary).at(alphaBar);
    double deviation = Math.sqrt(expected * (1 - expected) / draws.draws);

    assertThat(draws.right).isCloseTo(expected, within(6 * deviation + TOLERANCE));
  }

  @Test
  void at_noSignal_isOneInTheVocabulary() {
    assertThat(new ArgmaxSurvival(300).at(1e-300)).isCloseTo(1.0 / 300, within(1e-7));
  }

  @Test
  void at_noNoise_isCertain() {
    assertThat(new ArgmaxSurvival(32_000).at(1)).isEqualTo(1);
  }

  @Test
  void at_aVocabularyOfOne_isCertain() {
    assertThat(new ArgmaxSurvival(1).at(0.5)).isCloseTo(1, within(1e-9));
  }

  /** The difference of two tokens is normal with twice the variance: p = Φ(d/√2). */
  @Test
  void at_twoTokens_isTheirDifferencesDistribution() {
    // ᾱ = 1/2: d = 2, Φ(√2) = 0.921350396474857.
    assertThat(new ArgmaxSurvival(2).at(0.5)).isCloseTo(0.921350396474857, within(1e-6));
  }
}
