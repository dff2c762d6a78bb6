package io.github.tess2.runtime.generation;

import static io.github.tess2.Blank.blank;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.runtime.Checkpoints;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests the answers of models that predict one token everywhere, with tokenizers that mark leading
 * spaces.
 */
class ContinuedTextTest {
  private static final int ROWS = 500;

  @TempDir Path folder;

  /** The kinds of tokenizers in {@code text.json} whose {@code ▁time} has a leading space. */
  static Stream<JsonObject> tokenizers() {
    return JsonParser.parseString(resource("/checkpoint/text.json"))
        .getAsJsonArray()
        .asList()
        .stream()
        .map(JsonElement::getAsJsonObject)
        .filter(kind -> kind.get("parts").isJsonObject());
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void infill_tokenWithASpace_keepsIt(JsonObject kind) throws IOException {
    try (DiffusionLM lm = open(kind, "▁time")) {
      GenerationResult result =
          lm.generate(
              GenerationRequest.builder(Prompt.infill("What", blank(2), " the answer")).build());

      assertThat(result.text()).isEqualTo("What time time the answer");
      assertThat(result.blanks()).containsExactly(" time time");
    }
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void raw_tokenWithASpace_keepsItInResultAndSteps(JsonObject kind) throws IOException {
    try (DiffusionLM lm = open(kind, "▁time")) {
      List<String> steps = new ArrayList<>();

      GenerationResult result =
          lm.generate(
              GenerationRequest.builder(Prompt.raw("What")).steps(2).length(2).build(),
              step -> {
                steps.add(step.text());
                return Signal.CONTINUE;
              });

      assertThat(result.text()).isEqualTo(" time time");
      assertThat(steps).containsExactly(" time time", " time time");
    }
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void chat_tokenWithASpaceInFront_isDecodedAsATextOfItsOwn(JsonObject kind) throws IOException {
    // The decoders that strip a first space, as the golden texts show.
    boolean strips = !List.of("metaspace never", "no space in front").contains(name(kind));
    try (DiffusionLM lm = open(kind, "▁time")) {
      GenerationResult result =
          lm.generate(GenerationRequest.builder(Prompt.user("What")).length(2).build());

      assertThat(result.text()).isEqualTo(strips ? "time time" : " time time");
    }
  }

  @Test
  void infill_blankInFront_hasNoTextBeforeIt() throws IOException {
    try (DiffusionLM lm = open(tokenizers().findFirst().orElseThrow(), "▁time")) {
      GenerationResult result =
          lm.generate(GenerationRequest.builder(Prompt.infill(blank(2), " the answer")).build());

      assertThat(result.text()).isEqualTo("time time the answer");
      assertThat(result.blanks()).containsExactly("time time");
    }
  }

  @Test
  void infill_brokenCharacterBesideWholeOnes_leavesThemWhole() throws IOException {
    try (DiffusionLM lm = open(tokenizers().findFirst().orElseThrow(), "<0xE6>")) {
      GenerationResult result =
          lm.generate(GenerationRequest.builder(Prompt.infill("東京", blank(2), "都")).build());

      assertThat(result.text()).isEqualTo("東京\uFFFD\uFFFD都");
      assertThat(result.blanks()).containsExactly("\uFFFD\uFFFD");
    }
  }

  @Test
  void raw_brokenCharacterBehindAWholeOne_isAReplacementCharacter() throws IOException {
    try (DiffusionLM lm = open(tokenizers().findFirst().orElseThrow(), "<0xE6>")) {
      assertThat(lm.generate(GenerationRequest.builder(Prompt.raw("東")).length(1).build()).text())
          .isEqualTo("\uFFFD");
    }
  }

  @Test
  void infill_blanksSideBySide_areDecodedTogetherInTheText() throws IOException {
    try (DiffusionLM lm = open(tokenizers().findFirst().orElseThrow(), "▁time")) {
      GenerationResult result =
          lm.generate(
              GenerationRequest.builder(Prompt.infill(blank(1), blank(1), " the answer")).build());

      assertThat(result.text()).isEqualTo("time time the answer");
      assertThat(result.blanks()).containsExactly("time", " time");
    }
  }

  private DiffusionLM open(JsonObject kind, String token) throws IOException {
    JsonObject tokenizer =
        JsonParser.parseString(resource("/checkpoint/tokenizer-0.1/tokenizer.json"))
            .getAsJsonObject();
    kind.getAsJsonObject("parts").entrySet().forEach(e -> tokenizer.add(e.getKey(), e.getValue()));
    int id = tokenizer.getAsJsonObject("model").getAsJsonObject("vocab").get(token).getAsInt();
    return Checkpoints.open(
        Checkpoints.always(folder, tokenizer.toString(), ROWS, id), Precision.FP32);
  }

  private static String name(JsonObject kind) {
    return kind.get("name").getAsString();
  }

  private static String resource(String name) {
    try (InputStream in = ContinuedTextTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
