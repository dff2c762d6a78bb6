package io.github.tess2.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.PluginException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests options, and their values as a plugin receives them. */
class OptionTest {
  private static final Option<Double> SCALE =
      Option.number("scale", 0, 100, "how hard to push").or(0.5);
  private static final Option<Integer> COUNT = Option.integer("count", 1, 9, "how many");

  private enum Color {
    RED,
    DARK_BLUE
  }

  private static <T> T read(Option<T> option, Object given) {
    return OptionValues.of("toy \"x\"", List.of(option), Map.of(option.name(), given)).get(option);
  }

  @Test
  void get_textOrJavaValue_isTheTypedValue() {
    assertThat(read(SCALE, "2.5")).isEqualTo(2.5);
    assertThat(read(SCALE, 2)).isEqualTo(2.0);
    assertThat(read(COUNT, "9")).isEqualTo(9);
    assertThat(read(COUNT, 3)).isEqualTo(3);
    assertThat(read(Option.flag("hard", "whether"), "false")).isFalse();
    assertThat(read(Option.flag("hard", "whether"), true)).isTrue();
    assertThat(read(Option.texts("words", "which"), "sun|moon")).containsExactly("sun", "moon");
    assertThat(read(Option.texts("words", "which"), List.of("sun"))).containsExactly("sun");
    assertThat(read(Option.oneOf("color", Color.class, "which"), "dark_blue"))
        .isEqualTo(Color.DARK_BLUE);
    assertThat(read(Option.oneOf("color", Color.class, "which"), Color.RED)).isEqualTo(Color.RED);
    assertThat(read(Option.path("path", "where"), "a/b")).isEqualTo(Path.of("a", "b"));
    assertThat(read(Option.plugin("reward", "which"), "brief(max=3)"))
        .isEqualTo(PluginSpec.parse("brief:max=3"));
    assertThat(read(Option.scale("scale", "how"), "ramp(first=0,last=2)").at(2, 2)).isEqualTo(2);
  }

  @Test
  void get_notGiven_isTheDefault() {
    OptionValues values = OptionValues.of("toy", List.of(SCALE), Map.of());

    assertThat(values.get(SCALE)).isEqualTo(0.5);
  }

  @Test
  void get_optional_isEmptyOrTheValue() {
    Option<Optional<Integer>> count = COUNT.optional("as many as there are");

    assertThat(OptionValues.of("toy", List.of(count), Map.of()).get(count)).isEmpty();
    assertThat(read(count, "4")).contains(4);
    assertThat(count)
        .hasToString(
            "count: a whole number of at least 1 and at most 9, default as many as there are:"
                + " how many");
  }

  @ParameterizedTest
  @ValueSource(strings = {"101", "-0.1", "NaN", "much", ""})
  void of_numberOutOfRange_saysTheRule(String given) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(SCALE, given))
        .withMessage(
            "option \"scale\" of toy \"x\" must be a number of at least 0.0 and at most 100.0, but"
                + " is: "
                + given);
  }

  @ParameterizedTest
  @CsvSource({"0", "10", "1.5", "one", "99999999999"})
  void of_integerOutOfRange_saysTheRule(String given) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(COUNT, given))
        .withMessage(
            "option \"count\" of toy \"x\" must be a whole number of at least 1 and at most 9, but"
                + " is: "
                + given);
  }

  @Test
  void of_wordOfNoEnum_listsThoseThereAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(Option.oneOf("color", Color.class, "which"), "green"))
        .withMessage(
            "option \"color\" of toy \"x\" must be one of [red, dark_blue], but is: green");
  }

  @Test
  void of_flagThatIsNone_saysTheRule() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(Option.flag("hard", "whether"), "yes"))
        .withMessage("option \"hard\" of toy \"x\" must be true or false, but is: yes");
  }

  @Test
  void of_emptyText_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(Option.texts("words", "which"), "sun||moon"))
        .withMessageContaining("must be texts with | between them, but is: sun||moon");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(Option.text("word", "which"), ""))
        .withMessageContaining("must be a text, but is: ");
  }

  @Test
  void of_readerThatThrows_passesItsMessageOn() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(Option.scale("scale", "how"), "ramp(first=0)"))
        .withMessageStartingWith("option \"scale\" of toy \"x\" must be a number, ramp(")
        .withMessageContaining("scale \"ramp\" needs the option \"last\"");
  }

  @Test
  void of_unknownOption_listsThoseThereAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OptionValues.of("toy \"x\"", List.of(SCALE, COUNT), Map.of("scael", "1")))
        .withMessage(
            """
            toy "x" has no option "scael"; it has:
              scale: a number of at least 0.0 and at most 100.0, default 0.5: how hard to push
              count: a whole number of at least 1 and at most 9, required: how many""");
  }

  @Test
  void of_unknownOptionWhereNoneIsDeclared_saysSo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OptionValues.of("toy \"x\"", List.of(), Map.of("a", "1")))
        .withMessage("toy \"x\" has no option \"a\"; it has none");
  }

  @Test
  void of_requiredOptionMissing_saysWhatItIs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OptionValues.of("toy \"x\"", List.of(SCALE, COUNT), Map.of()))
        .withMessage(
            "toy \"x\" needs the option \"count\" (a whole number of at least 1 and at most 9: how"
                + " many)");
  }

  @Test
  void of_optionDeclaredTwice_blamesThePlugin() {
    assertThatThrownBy(() -> OptionValues.of("toy \"x\"", List.of(SCALE, SCALE), Map.of()))
        .isInstanceOf(PluginException.class)
        .hasMessage("toy \"x\" must declare each option once, but declares twice: scale");
  }

  @Test
  void get_notDeclared_isRejected() {
    OptionValues values = OptionValues.of("toy \"x\"", List.of(SCALE), Map.of());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> values.get(COUNT))
        .withMessage("toy \"x\" does not declare the option \"count\"");
  }

  @Test
  void of_malformedName_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Option.flag("Hard", "whether"))
        .withMessage("an option's name must match [a-z][a-z0-9-]*, but is: Hard");
  }
}
