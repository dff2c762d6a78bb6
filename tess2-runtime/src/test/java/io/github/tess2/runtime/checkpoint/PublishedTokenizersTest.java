package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The features of published tokenizers are accepted and work in full: ids and texts are those of
 * Hugging Face's tokenizers in Python ({@code make_published_tokenizers.py}).
 */
class PublishedTokenizersTest {
  private static final JsonObject GOLDEN =
      Fixtures.json(Fixtures.resource("/checkpoint/published.json")).getAsJsonObject();

  /** A case; tests display its name. */
  record Published(String name, JsonObject json) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Published> cases() {
    return GOLDEN.getAsJsonArray("cases").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .map(one -> new Published(one.get("name").getAsString(), one));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void of_publishedSteps_encodeAndDecodeAsPythonDoes(Published published) {
    JsonObject file = whole(published.json().getAsJsonObject("tokenizer"));
    // Parsed like a file, so that numbers stay exact.
    JsonObject read = StrictJson.object("tokenizer.json", file.toString());
    JsonObject sound = SoundTokenizer.of(new JsonFields("tokenizer.json", read));
    try (NativeTokenizer tokenizer =
        NativeTokenizer.of(Path.of("tokenizer.json"), Fixtures.form(sound))) {
      for (JsonElement element : published.json().getAsJsonArray("texts")) {
        JsonObject text = element.getAsJsonObject();
        int[] ids = tokenizer.encode(text.get("text").getAsString());
        assertThat(ids).containsExactly(ids(text));
        long[] wide = java.util.Arrays.stream(ids).asLongStream().toArray();
        assertThat(tokenizer.decode(wide, true)).isEqualTo(text.get("decoded").getAsString());
      }
    }
  }

  private static int[] ids(JsonObject text) {
    return text.getAsJsonArray("ids").asList().stream().mapToInt(JsonElement::getAsInt).toArray();
  }

  /** Inserts the model and the table, which the golden file contains only once. */
  private static JsonObject whole(JsonObject tokenizer) {
    JsonObject file = tokenizer.deepCopy();
    file.add("model", GOLDEN.getAsJsonObject("models").get(file.get("model").getAsString()));
    putTable(file.get("normalizer"));
    return file;
  }

  private static void putTable(JsonElement normalizer) {
    if (!normalizer.isJsonObject()) {
      return;
    }
    JsonObject step = normalizer.getAsJsonObject();
    if (step.has("precompiled_charsmap")) {
      step.add("precompiled_charsmap", new JsonPrimitive(GOLDEN.get("table").getAsString()));
    }
    if (step.has("normalizers")) {
      step.getAsJsonArray("normalizers").forEach(PublishedTokenizersTest::putTable);
    }
  }
}
