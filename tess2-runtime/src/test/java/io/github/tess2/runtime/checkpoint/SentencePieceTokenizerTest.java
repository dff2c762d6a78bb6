package io.github.tess2.runtime.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.runtime.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with the slow LlamaTokenizer of Python's transformers on the same folders. */
class SentencePieceTokenizerTest {
  private static final ModelConfig CONFIG =
      Fixtures.withVocabulary(
          ModelConfig.read(Fixtures.checkpoint("mistral").resolve("config.json")), 1100);

  private static final JsonObject TEXTS =
      Fixtures.json(Fixtures.resource("/sentencepiece/texts.json")).getAsJsonObject();

  @TempDir Path folder;

  static Stream<String> names() {
    return Stream.of(
        "bpe-legacy",
        "bpe-new",
        "bpe-older",
        "bpe-no-prefix-space",
        "bpe-flags",
        "bpe-bare-legacy",
        "bpe-bare-new",
        "bpe-symbols-legacy",
        "bpe-symbols-new",
        "unigram-legacy",
        "unigram-new",
        "unigram-bytes-legacy",
        "unigram-bytes-new");
  }

  @ParameterizedTest
  @MethodSource("names")
  void tokenizer_anyText_asPythonsSlowOne(String name) throws IOException {
    JsonObject golden = golden(name);
    write(golden);
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, CONFIG)) {
      assertThat(tokenizer.size()).isEqualTo(golden.get("size").getAsInt());
      compare(golden, "plain", "texts", tokenizer::encode);
      compare(golden, "spelled", "spelled", tokenizer::encode);
      compare(
          golden,
          "sequence",
          "texts",
          text -> tokenizer.encodeSequence(List.of(TextSpan.user(text))));
      compare(
          golden,
          "answered",
          "texts",
          text ->
              tokenizer.encodeSequence(List.of(TextSpan.user(text), TextSpan.template("</s>\n"))));
      compare(golden, "continued", "texts", tokenizer::encodeContinuation);
    }
  }

  /** Decoding follows the fast tokenizer, as for every other checkpoint. */
  @ParameterizedTest
  @MethodSource("names")
  void decode_idsOfAnyText_asPython(String name) throws IOException {
    JsonObject golden = golden(name);
    write(golden);
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, CONFIG)) {
      SoftAssertions softly = new SoftAssertions();
      for (JsonElement element : golden.getAsJsonArray("decoded")) {
        if (element.isJsonNull()) {
          continue;
        }
        JsonObject one = element.getAsJsonObject();
        softly
            .assertThat(tokenizer.decode(ids(one.get("ids"))))
            .isEqualTo(one.get("text").getAsString());
      }
      softly.assertAll();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void atLeast_anyLongText_isNoMoreThanItHas(String name) throws IOException {
    write(golden(name));
    JsonArray texts = TEXTS.getAsJsonArray("texts");
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, CONFIG)) {
      for (int i = 1; i < texts.size(); i += 6) {
        String text = texts.get(i).getAsString();
        String many = text.repeat(5000 / text.length() + 1);
        assertThat(tokenizer.atLeast(many, 100_000))
            .as(text)
            .isLessThanOrEqualTo(tokenizer.encode(many).length());
      }
    }
  }

  @Test
  void atLeast_longTextOfAModelThatChangesNothing_isNotFar() throws IOException {
    write(golden("bpe-legacy"));
    String many = "What is the capital of France? ".repeat(1000);
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, CONFIG)) {
      assertThat(tokenizer.atLeast(many, 100_000))
          .isGreaterThan(tokenizer.encode(many).length() / 2);
    }
  }

  @Test
  void paddedTokenizer_tokenizerModelWithoutPadding_addsItBehindAllOthers() throws IOException {
    JsonObject golden = golden("bpe-legacy");
    golden.add("files", new JsonObject());
    write(golden);
    try (PaddedTokenizer padded = PaddedTokenizer.copy(folder);
        CheckpointTokenizer tokenizer = CheckpointTokenizer.open(padded.folder(), CONFIG)) {
      assertThat(tokenizer.padId()).isEqualTo(1000).isEqualTo(padded.padId());
      assertThat(tokenizer.size()).isEqualTo(1001).isEqualTo(padded.size());
    }
  }

  @Test
  void encode_unigramModelInTokenizerJson_asPythonsFastOne() throws IOException {
    JsonObject golden = golden("unigram-fast");
    Checkpoints.copy(Fixtures.resource("/sentencepiece/unigram-fast"), folder);
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, CONFIG)) {
      assertThat(tokenizer.size()).isEqualTo(golden.get("size").getAsInt());
      compare(golden, "plain", "texts", tokenizer::encode);
      compare(golden, "spelled", "spelled", tokenizer::encode);
    }
  }

  /** The published training code saves both forms. transformers prefers the newer one. */
  @Test
  void open_bothForms_readsTokenizerJson() throws IOException {
    write(golden("unigram-legacy"));
    Checkpoints.copy(Fixtures.resource("/checkpoint/tokenizer-0.1"), folder);
    Files.delete(folder.resolve("tokenizer_config.json"));
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, CONFIG)) {
      assertThat(tokenizer.size()).isEqualTo(422);
    }
  }

  @Test
  void specialIds_theModelAlone_areItsControlPieces() throws IOException {
    JsonObject golden = golden("bpe-legacy");
    golden.add("files", new JsonObject());
    write(golden);
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, CONFIG)) {
      assertThat(tokenizer.encodeSequence(List.of(TextSpan.template("</s>"))))
          .isEqualTo(ImmutableIntArray.of(1, 2));
      assertThat(tokenizer.encode("</s>").asList()).doesNotContain(2);
    }
  }

  private static void compare(
      JsonObject golden, String cases, String texts, Function<String, ImmutableIntArray> encode) {
    JsonArray all = golden.getAsJsonArray(cases);
    assertThat(all).hasSize(TEXTS.getAsJsonArray(texts).size());
    SoftAssertions softly = new SoftAssertions();
    for (int i = 0; i < all.size(); i++) {
      String text = TEXTS.getAsJsonArray(texts).get(i).getAsString();
      if (!all.get(i).isJsonNull()) {
        JsonElement ids =
            all.get(i).isJsonObject() ? all.get(i).getAsJsonObject().get("slow") : all.get(i);
        softly.assertThat(encode.apply(text)).as(cases + " of " + text).isEqualTo(ids(ids));
      }
    }
    softly.assertAll();
  }

  private static JsonObject golden(String name) {
    return Fixtures.json(Fixtures.resource("/sentencepiece/" + name + ".json")).getAsJsonObject();
  }

  private void write(JsonObject golden) throws IOException {
    Files.copy(
        Fixtures.resource("/sentencepiece/" + golden.get("model").getAsString() + ".model"),
        folder.resolve("tokenizer.model"));
    for (Map.Entry<String, JsonElement> file : golden.getAsJsonObject("files").entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue().toString().getBytes(UTF_8));
    }
  }

  private static ImmutableIntArray ids(JsonElement ids) {
    return ImmutableIntArray.copyOf(
        ids.getAsJsonArray().asList().stream().mapToInt(JsonElement::getAsInt));
  }
}
