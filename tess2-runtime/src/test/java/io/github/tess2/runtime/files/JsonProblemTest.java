package io.github.tess2.runtime.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonProblemTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": 1              | line 1, column 8: it ends too early",
        "{'a': 1}               | line 1, column 3: not JSON, near: 'a': 1}",
        "{\"a\": NaN}           | line 1, column 7: not JSON, near: NaN}",
        "{\"a\": 1,}            | line 1, column 10: a name in double quotes is expected, near: }",
        "{\"a\" 1}              | line 1, column 7: a colon is expected, near: 1}",
        "{\"a\": [1 2]}         | line 1, column 11: a comma or ] is expected, near: 2]}",
        "`{\n \"a\": 1\n  \"b\": 2}` | line 3, column 4: a comma or } is expected, near: \"b\": 2}",
        "{\"a\": \"\\q\"}       | line 1, column 10: invalid escape sequence, near: q\"}",
        "hello                  | line 1, column 1: not JSON, near: hello",
      })
  void of_badText_saysWhereAndWhatWithoutAdvice(String text, String message) {
    assertThat(problem(text)).isEqualTo(message);
  }

  @Test
  void of_longLine_showsOnlyTheBeginning() {
    assertThat(problem("{\"a\": nonsense" + "x".repeat(100) + "}"))
        .isEqualTo("line 1, column 7: not JSON, near: nonsensexxxxxxxxxxxxxxx…");
  }

  private static String problem(String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    try {
      return "no problem: " + JsonParser.parseReader(reader);
    } catch (JsonParseException e) {
      return JsonProblem.of(e, text);
    }
  }
}
