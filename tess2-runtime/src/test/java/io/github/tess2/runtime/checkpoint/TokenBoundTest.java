package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the bound with the results of the native library. */
class TokenBoundTest {
  private static final int ALL = 1_000_000;

  /** Tokenizers of every kind, unchanged and with tokens that absorb the space around them. */
  static Stream<JsonObject> tokenizers() {
    return TextContextGoldenTest.tokenizers()
        .map(TokenBoundTest::tokenizer)
        .flatMap(json -> Stream.of(json, swallowing(json), merged(json)));
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void atLeast_anyText_isNoMoreThanItHas(JsonObject json) {
    TokenBound bound = TokenBound.of(json).orElseThrow();
    try (NativeTokenizer tokenizer = open(json)) {
      for (String text : texts()) {
        int tokens = tokenizer.encode(text).length;

        assertThat(bound.atLeast(text, ALL)).as(text).isLessThanOrEqualTo(tokens);
        assertThat(bound.atLeast(text, tokens)).as(text).isLessThanOrEqualTo(tokens);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void atLeast_ordinaryText_isNotFar(JsonObject json) {
    String text = "The capital of Italy is Rome. What is the capital of Spain? ".repeat(20);
    try (NativeTokenizer tokenizer = open(json)) {
      int tokens = tokenizer.encode(text).length;

      assertThat(TokenBound.of(json).orElseThrow().atLeast(text, ALL)).isGreaterThan(tokens / 4);
    }
  }

  @Test
  void atLeast_endlessText_readsNoMoreThanItMust() {
    JsonObject json = tokenizers().findFirst().orElseThrow();

    assertThat(TokenBound.of(json).orElseThrow().atLeast("ab".repeat(20_000_000), 256))
        .isGreaterThan(256);
  }

  @Test
  void atLeast_unknownCharactersThatBecomeOneToken_costNothing() {
    JsonObject json = tokenizers().findFirst().orElseThrow().deepCopy();
    json.getAsJsonObject("model").addProperty("byte_fallback", false);
    try (NativeTokenizer tokenizer = open(json)) {
      String text = "東".repeat(10_000);

      assertThat(tokenizer.encode(text)).hasSizeLessThan(3);
      assertThat(TokenBound.of(json).orElseThrow().atLeast(text, 2)).isLessThanOrEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}",
        "{\"type\":\"NFKC\"}",
        "{\"type\":\"Lowercase\"}",
        "{\"type\":\"Replace\",\"pattern\":{\"String\":\"ab\"},\"content\":\"c\"}",
        "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"\"}",
        "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\" +\"},\"content\":\"▁\"}",
        "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"StripAccents\"}]}"
      })
  void of_normalizerThatMayShorten_isEmpty(String normalizer) {
    JsonObject json = tokenizers().findFirst().orElseThrow().deepCopy();
    json.add("normalizer", JsonParser.parseString(normalizer));

    assertThat(TokenBound.of(json)).isEmpty();
  }

  @Test
  void of_splitterThatRemoves_isEmpty() {
    JsonObject json = tokenizers().findFirst().orElseThrow().deepCopy();
    json.add("pre_tokenizer", JsonParser.parseString("{\"type\":\"WhitespaceSplit\"}"));

    assertThat(TokenBound.of(json)).isEqualTo(Optional.empty());
  }

  private static JsonObject tokenizer(JsonObject golden) {
    boolean parts = golden.get("parts").isJsonObject();
    Path file =
        parts
            ? Fixtures.resource("/checkpoint/tokenizer-0.1/tokenizer.json")
            : Fixtures.checkpoint("mistral").resolve("tokenizer.json");
    JsonObject json = Fixtures.json(file).getAsJsonObject();
    if (parts) {
      golden.getAsJsonObject("parts").entrySet().forEach(e -> json.add(e.getKey(), e.getValue()));
    }
    json.remove("post_processor");
    return json;
  }

  private static JsonObject swallowing(JsonObject json) {
    JsonObject copy = json.deepCopy();
    JsonArray added = copy.getAsJsonArray("added_tokens");
    JsonObject token = added.get(added.size() - 1).getAsJsonObject();
    token.addProperty("lstrip", true);
    token.addProperty("rstrip", true);
    token.addProperty("normalized", true);
    return copy;
  }

  /** Adds a token for two bytes if there are tokens for bytes. */
  private static JsonObject merged(JsonObject json) {
    JsonObject copy = json.deepCopy();
    JsonObject vocabulary = copy.getAsJsonObject("model").getAsJsonObject("vocab");
    if (vocabulary.has("<0xE6>")) {
      vocabulary.addProperty("<0xE6><0x9D>", 450);
      JsonElement merge = JsonParser.parseString("[\"<0xE6>\",\"<0x9D>\"]");
      copy.getAsJsonObject("model").getAsJsonArray("merges").add(merge);
    }
    return copy;
  }

  private static NativeTokenizer open(JsonObject json) {
    return NativeTokenizer.of(Path.of("tokenizer.json"), Fixtures.form(json));
  }

  private static List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (JsonElement one :
        TextContextGoldenTest.tokenizers().findFirst().orElseThrow().getAsJsonArray("raw")) {
      texts.add(one.getAsJsonObject().get("text").getAsString());
    }
    SplittableRandom random = new SplittableRandom(1);
    String letters = " ▁abThe\n\t\u00a0東京é🙂<|user|>[PAD]</s>0123";
    int[] points = letters.codePoints().toArray();
    for (int i = 0; i < 200; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(1, 60);
      for (int j = 0; j < length; j++) {
        switch (random.nextInt(6)) {
          case 0 -> text.append("<|user|>");
          case 1 -> text.append("[PAD]");
          case 2 -> text.append(texts.get(random.nextInt(25)));
          default -> text.appendCodePoint(points[random.nextInt(points.length)]);
        }
      }
      texts.add(text.toString());
    }
    return texts;
  }
}
