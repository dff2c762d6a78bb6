package io.github.tess2.examples.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.examples.text.Guidances;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The requests that the model gets. */
class AskReaderTest {
  private static final int MODEL = 2048;

  private static @Nullable Integer length(
      @Nullable Integer usual, int limit, int model, String message, String more) {
    ServerSettings settings = settings(usual, limit);
    try (Guidances guidances = new Guidances(0)) {
      Ask ask =
          new AskReader(settings, model, guidances, new Random(1))
              .read(Ask.Endpoint.CHAT, Served.chatBody(message, more).getBytes(UTF_8));
      return ask.choices().get(0).request().options().length();
    }
  }

  private static ServerSettings settings(@Nullable Integer usual, int limit) {
    return Served.settings(
        Optional.empty(),
        usual == null ? OptionalInt.empty() : OptionalInt.of(usual),
        Served.limits(limit));
  }

  /** No length of the request means the model's default: 256, or what fits. */
  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      value = {
        "default, limit, model, length",
        "       , 1024,  2048,        ",
        "       , 256,   2048,        ",
        "       , 255,   2048,  255   ",
        "       , 200,   92,          ",
        "       , 64,    92,    64    ",
        "100    , 200,   2048,  100   ",
        "200    , 200,   2048,  200   ",
        "300    , 1024,  2048,  300   ",
      })
  void length_notSet_isTheDefaultWithinTheLimit(
      @Nullable Integer usual, int limit, int model, @Nullable Integer length) {
    assertThat(length(usual, limit, model, "Hi", "")).isEqualTo(length);
  }

  @ParameterizedTest
  @CsvSource({"max_tokens", "max_completion_tokens"})
  void length_set_isThatOfTheRequest(String field) {
    assertThat(length(100, 200, MODEL, "Hi", ",\"" + field + "\":150")).isEqualTo(150);
  }

  @Test
  void length_ofAnInfill_isThatOfItsBlanks() {
    assertThat(length(100, 200, MODEL, "____", ",\"infill\":true")).isNull();
  }

  @ParameterizedTest
  @CsvSource({"512", "0"})
  void length_thatNoRequestMaySet_isRefusedAtTheStart(int usual) {
    assertThatThrownBy(() -> settings(usual, 300))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the default length must be from 1 to 300, the limit of the length, but is: " + usual);
  }

  @Test
  void fieldsOfOpenAi_refusedOrIgnored_areThoseOfThePage() throws IOException {
    String page = Files.readString(Path.of("../../docs/server.md"));
    String ignored = page.substring(page.indexOf("\n`user`, "), page.indexOf("Fields that would"));
    String refused = page.substring(page.indexOf("Fields that would"), page.indexOf("Unknown"));

    assertThat(names(ignored)).containsExactlyInAnyOrderElementsOf(AskReader.IGNORED);
    assertThat(names(refused)).containsExactlyInAnyOrderElementsOf(AskReader.REFUSED.keySet());
  }

  private static List<String> names(String text) {
    return Pattern.compile("`([a-z_]+)`").matcher(text).results().map(r -> r.group(1)).toList();
  }
}
