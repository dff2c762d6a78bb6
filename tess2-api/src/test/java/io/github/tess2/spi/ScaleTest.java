package io.github.tess2.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScaleTest {
  private static double[] over(Scale scale, int total) {
    return IntStream.rangeClosed(1, total).mapToDouble(step -> scale.at(step, total)).toArray();
  }

  @Test
  void constant_everyStep_isTheSame() {
    assertThat(over(Scale.constant(-2.5), 3)).containsExactly(-2.5, -2.5, -2.5);
  }

  @Test
  void ramp_overTheSteps_isALine() {
    assertThat(over(Scale.ramp(1, 3), 5)).containsExactly(1, 1.5, 2, 2.5, 3);
    assertThat(over(Scale.ramp(1, 3), 1)).containsExactly(1);
  }

  @Test
  void window_outside_isZero() {
    assertThat(over(Scale.window(Scale.constant(2), 0.2, 0.6), 10))
        .containsExactly(0, 0, 2, 2, 2, 2, 0, 0, 0, 0);
  }

  @Test
  void window_insideARamp_isTheRampThere() {
    assertThat(over(Scale.window(Scale.ramp(0, 4), 0.5, 1), 5)).containsExactly(0, 0, 2, 3, 4);
  }

  @Test
  void windows_thatMeet_shareNoStepAndLeaveNoneOut() {
    for (int total = 1; total < 40; total++) {
      double[] first = over(Scale.window(Scale.constant(1), 0, 0.37), total);
      double[] second = over(Scale.window(Scale.constant(1), 0.37, 1), total);
      for (int i = 0; i < total; i++) {
        assertThat(first[i] + second[i]).as("step %d of %d", i + 1, total).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.25",
        "-1e3",
        "ramp(first=0,last=2)",
        "window(scale=2,from=0.2,to=0.8)",
        "window(scale=ramp(first=1,last=2),to=0.5)"
      })
  void parse_whatToStringGives_isTheSameScale(String text) {
    Scale scale = Scale.parse(text);

    assertThat(Scale.parse(scale.toString())).isEqualTo(scale);
    assertThat(over(Scale.parse(scale.toString()), 7)).containsExactly(over(scale, 7));
  }

  @Test
  void parse_words_areTheFactoryMethods() {
    assertThat(Scale.parse("2")).isEqualTo(Scale.constant(2));
    assertThat(Scale.parse("ramp(first=0,last=2)")).isEqualTo(Scale.ramp(0, 2));
    assertThat(Scale.parse("window(scale=2,from=0.2,to=0.8)"))
        .isEqualTo(Scale.window(Scale.constant(2), 0.2, 0.8));
    assertThat(Scale.parse("window(scale=2)")).isEqualTo(Scale.window(Scale.constant(2), 0, 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "high;a scale must be a number, ramp(…) or window(…), but is: high",
        "NaN;scale must be finite, but is: NaN",
        "Infinity;scale must be finite, but is: Infinity",
        "window(scale=1,from=0.5,to=0.2);a window must lie in [0, 1] and not end before it begins, but is: [0.5, 0.2]",
      })
  void parse_whatIsNone_saysTheRule(String text, String message) {
    assertThatIllegalArgumentException().isThrownBy(() -> Scale.parse(text)).withMessage(message);
  }

  @Test
  void ramp_notFinite_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scale.ramp(0, Double.POSITIVE_INFINITY))
        .withMessage("last scale must be finite, but is: Infinity");
  }
}
