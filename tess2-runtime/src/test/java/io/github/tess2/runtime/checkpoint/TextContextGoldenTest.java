package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.runtime.Checkpoints;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares text at the edges of prompts and answers with transformers, for tokenizers of every
 * kind.
 */
class TextContextGoldenTest {
  @TempDir Path folder;

  static Stream<JsonObject> tokenizers() {
    return Fixtures.json(Fixtures.resource("/checkpoint/text.json"))
        .getAsJsonArray()
        .asList()
        .stream()
        .map(JsonElement::getAsJsonObject);
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void encodeText_anyText_asTheTokenizerItself(JsonObject golden) {
    try (CheckpointTokenizer tokenizer = open(golden)) {
      for (JsonElement one : golden.getAsJsonArray("raw")) {
        String text = one.getAsJsonObject().get("text").getAsString();

        assertThat(tokenizer.encodeText(text)).as(text).isEqualTo(ids(one));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void decode_tokensBesideOthers_asInTheWhole(JsonObject golden) {
    try (CheckpointTokenizer tokenizer = open(golden)) {
      for (JsonElement one : golden.getAsJsonArray("between")) {
        ImmutableIntArray ids = ids(one);
        JsonObject expected = one.getAsJsonObject();

        assertText(expected, "alone", tokenizer.decode(ids, false, false));
        assertText(expected, "before", tokenizer.decode(ids, true, false));
        assertText(expected, "after", tokenizer.decode(ids, false, true));
        assertText(expected, "both", tokenizer.decode(ids, true, true));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void decodeContinuation_tokensBehindOthers_asInTheWhole(JsonObject golden) {
    try (CheckpointTokenizer tokenizer = open(golden)) {
      for (JsonElement one : golden.getAsJsonArray("between")) {
        assertText(one.getAsJsonObject(), "before", tokenizer.decodeContinuation(ids(one)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void encodeContinuation_anyText_decodesToThatText(JsonObject golden) {
    try (CheckpointTokenizer tokenizer = open(golden)) {
      for (JsonElement one : golden.getAsJsonArray("raw")) {
        String text = one.getAsJsonObject().get("text").getAsString();
        if (text.contains("<|user|>")) {
          // An added token, after which some of these tokenizers insert a space.
          continue;
        }
        // These tokenizers do not distinguish a space from the character that represents it.
        String same = golden.get("parts").isJsonNull() ? text : text.replace('▁', ' ');

        assertThat(tokenizer.decodeContinuation(tokenizer.encodeContinuation(text)))
            .as(text)
            .isEqualTo(same);
      }
    }
  }

  private static void assertText(JsonObject expected, String where, String text) {
    if (expected.has(where)) {
      assertThat(text)
          .as("%s, %s", expected.get("ids"), where)
          .isEqualTo(expected.get(where).getAsString());
    }
  }

  private CheckpointTokenizer open(JsonObject golden) {
    Checkpoints.copy(Fixtures.checkpoint("mistral"), folder);
    if (golden.get("parts").isJsonObject()) {
      JsonObject json =
          Fixtures.json(Fixtures.resource("/checkpoint/tokenizer-0.1/tokenizer.json"))
              .getAsJsonObject();
      golden.getAsJsonObject("parts").entrySet().forEach(e -> json.add(e.getKey(), e.getValue()));
      Fixtures.edit(
          folder.resolve("tokenizer.json"),
          all -> json.entrySet().forEach(e -> all.add(e.getKey(), e.getValue())));
    }
    ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
    return CheckpointTokenizer.open(folder, Fixtures.withVocabulary(config, 500));
  }

  private static ImmutableIntArray ids(JsonElement golden) {
    return ImmutableIntArray.copyOf(
        golden.getAsJsonObject().getAsJsonArray("ids").asList().stream()
            .mapToInt(JsonElement::getAsInt));
  }
}
