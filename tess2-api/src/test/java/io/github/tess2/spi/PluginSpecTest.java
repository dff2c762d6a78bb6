package io.github.tess2.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PluginSpecTest {
  @ParameterizedTest
  @ValueSource(strings = {"brief", " brief ", "brief:", "brief()", "brief( )"})
  void parse_nameAlone_hasNoOptions(String text) {
    PluginSpec spec = PluginSpec.parse(text);

    assertThat(spec.name()).isEqualTo("brief");
    assertThat(spec.options()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"brief:max=3,words=a|b", "brief(max=3,words=a|b)", "brief: max = 3 , words = a|b"})
  void parse_options_areInTheirOrder(String text) {
    PluginSpec spec = PluginSpec.parse(text);

    assertThat(spec.name()).isEqualTo("brief");
    assertThat(spec.options().entrySet())
        .containsExactly(Map.entry("max", "3"), Map.entry("words", "a|b"));
  }

  @Test
  void parse_optionThatIsAPlugin_keepsItsTextWhole() {
    PluginSpec spec = PluginSpec.parse("best-of:n=4,reward=answer-length(min=2,max=20),x=(a,b)");

    assertThat(spec.options())
        .containsExactly(
            Map.entry("n", "4"),
            Map.entry("reward", "answer-length(min=2,max=20)"),
            Map.entry("x", "(a,b)"));
    assertThat(PluginSpec.parse(spec.options().get("reward")).options()).containsEntry("max", "20");
  }

  @Test
  void parse_quotedValue_mayHoldCommasAndBrackets() {
    assertThat(PluginSpec.parse("similar-to:text=\"a, b) = c\",more=1").options())
        .containsExactly(Map.entry("text", "a, b) = c"), Map.entry("more", "1"));
  }

  @Test
  void parse_valueWithEquals_isCutAtTheFirst() {
    assertThat(PluginSpec.parse("pattern-at:pattern=a=b").options())
        .containsEntry("pattern", "a=b");
  }

  @Test
  void parseAll_bars_separateOutsideOfBracketsOnly() {
    assertThat(PluginSpec.parseAll("wanted(words=a|b)|banned(words=c)"))
        .containsExactly(PluginSpec.parse("wanted:words=a|b"), PluginSpec.parse("banned:words=c"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "brief:max;be key=value pairs with commas between them, but are: max",
        "brief:=3;be key=value pairs with commas between them, but are: =3",
        "brief:max=3,;be key=value pairs with commas between them, but are: max=3,",
        "brief:max=3,max=4;name each option once (max), but are: max=3,max=4",
        "brief:max=(3;close each bracket and quote it opens, but are: max=(3",
        "brief:max=3);close each bracket and quote it opens, but are: max=3)",
        "brief:max=\"3;close each bracket and quote it opens, but are: max=\"3",
        "brief(max=3;end with ), but are: brief(max=3",
      })
  void parse_malformed_saysTheRule(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PluginSpec.parse(text))
        .withMessage("plugin options must " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ":a=1", "(a=1)"})
  void parse_noName_isRejected(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PluginSpec.parse(text))
        .withMessage("a plugin's name must not be blank");
  }
}
