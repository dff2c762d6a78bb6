package io.github.tess2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.tess2.spi.Guidance;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the options that models and requests share, through the builder of a request. */
class OptionsBuilderTest {
  private final GenerationRequest.Builder builder =
      GenerationRequest.builder(Prompt.user("What is 17 + 25?"));

  private GenerationOptions options() {
    return builder.build().options();
  }

  @Test
  void options_nothingSet_areAllNull() {
    assertThat(options()).hasToString("{}");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, OptionsBuilder.MAX_STEPS})
  void steps_inRange_areKept(int steps) {
    builder.steps(steps);

    assertThat(options().steps()).isEqualTo(steps);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void steps_belowOne_areRejected(int steps) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.steps(steps))
        .withMessage("steps must be greater than zero, but is: " + steps);
  }

  @ParameterizedTest
  @ValueSource(ints = {OptionsBuilder.MAX_STEPS + 1, Integer.MAX_VALUE})
  void steps_tooMany_areRejected(int steps) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.steps(steps))
        .withMessage("steps must be at most 100000, but is: " + steps);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 512, Integer.MAX_VALUE})
  void length_inRange_isKept(int length) {
    builder.length(length);

    assertThat(options().length()).isEqualTo(length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void length_belowOne_isRejected(int length) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.length(length))
        .withMessage("length must be greater than zero, but is: " + length);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 1, Double.MAX_VALUE})
  void temperature_inRange_isKept(double temperature) {
    builder.temperature(temperature);

    assertThat(options().temperature()).isEqualTo(temperature);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.0, -1, 1e-38, 9.9e-7, Double.NaN, Double.POSITIVE_INFINITY})
  void temperature_outOfRange_isRejected(double temperature) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.temperature(temperature))
        .withMessage("temperature must be finite and at least 1e-6, but is: " + temperature);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.MIN_VALUE, 0.99, 1})
  void topP_inRange_isKept(double topP) {
    builder.topP(topP);

    assertThat(options().topP()).isEqualTo(topP);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.0000000000000002, Double.NaN, Double.POSITIVE_INFINITY})
  void topP_outOfRange_isRejected(double topP) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.topP(topP))
        .withMessage("topP must be greater than zero and at most one, but is: " + topP);
  }

  @Test
  void greedy_set_isKept() {
    builder.greedy();

    assertThat(options().greedy()).isTrue();
  }

  @Test
  void topP_afterGreedy_drawsAgain() {
    builder.greedy().topP(0.9);

    assertThat(options().greedy()).isFalse();
  }

  @Test
  void temperature_afterGreedy_drawsAgain() {
    builder.greedy().temperature(0.9);

    assertThat(options().greedy()).isFalse();
  }

  @Test
  void temperature_ofARequestWhoseDefaultIsGreedy_drawsAgain() {
    GenerationOptions greedy =
        GenerationRequest.builder(Prompt.user("a")).greedy().build().options();
    GenerationOptions warm =
        GenerationRequest.builder(Prompt.user("a")).temperature(0.9).build().options();

    assertThat(warm.orElse(greedy).greedy()).isFalse();
  }

  @Test
  void topP_refusedAfterGreedy_staysGreedy() {
    builder.greedy();

    assertThatIllegalArgumentException().isThrownBy(() -> builder.topP(2));
    assertThat(options().greedy()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -7, Long.MIN_VALUE, Long.MAX_VALUE})
  void seed_any_isKept(long seed) {
    builder.seed(seed);

    assertThat(options().seed()).isEqualTo(seed);
  }

  @Test
  void noiseSchedule_inAnyCase_isKeptInLowerCase() {
    builder.noiseSchedule("SquaredCos_Cap_v2");

    assertThat(options().noiseSchedule()).hasToString("squaredcos_cap_v2");
  }

  @Test
  void noiseSchedule_underATurkishLocale_isKeptInLowerCaseLatin() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      builder.noiseSchedule("LINEAR");
    } finally {
      Locale.setDefault(before);
    }

    assertThat(options().noiseSchedule()).hasToString("linear");
  }

  @Test
  void noiseSchedule_blank_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.noiseSchedule(" "))
        .withMessage("noise schedule must not be blank, but is: \" \"");
  }

  @Test
  void noiseSchedule_null_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> builder.noiseSchedule((String) null))
        .withMessage("noise schedule");
  }

  @Test
  void sampler_inAnyCase_isKeptInLowerCase() {
    builder.sampler("Simplex-DDIM");

    assertThat(options().sampler()).hasToString("simplex-ddim");
  }

  @Test
  void sampler_blank_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.sampler(""))
        .withMessage("sampler must not be blank, but is: \"\"");
  }

  @Test
  void sampler_null_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> builder.sampler((String) null))
        .withMessage("sampler");
  }

  @Test
  void selfConditioning_set_isKept() {
    builder.selfConditioning(SelfConditioning.LOGITS_MAX);

    assertThat(options().selfConditioning()).isEqualTo(SelfConditioning.LOGITS_MAX);
  }

  @Test
  void selfConditioning_null_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> builder.selfConditioning(null))
        .withMessage("self-conditioning");
  }

  @Test
  void guidance_several_areKeptInOrder() {
    Guidance first = new NamedGuidance("first");
    Guidance second = new NamedGuidance("second");
    builder.guidance(first, second);

    assertThat(options().guidance()).containsExactly(first, second);
  }

  @Test
  void guidance_none_isAnEmptyList() {
    builder.guidance();

    assertThat(options().guidance()).isEmpty();
  }

  @Test
  void guidance_nullElement_isRejectedByItsPlace() {
    Guidance first = new NamedGuidance("first");

    assertThatNullPointerException()
        .isThrownBy(() -> builder.guidance(first, null))
        .withMessage("guidance 1");
  }

  @Test
  void guidance_nullArray_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> builder.guidance((Guidance[]) null))
        .withMessage("guidances");
  }

  @Test
  void options_builderChangedAfterBuild_stayAsTheyWere() {
    GenerationOptions built = builder.steps(5).build().options();

    builder.steps(6);

    assertThat(built.steps()).isEqualTo(5);
  }

  private record NamedGuidance(String name) implements Guidance {
    @Override
    public Run begin(Request request) {
      throw new UnsupportedOperationException("never begun here");
    }
  }
}
