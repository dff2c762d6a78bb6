package io.github.tess2.runtime.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.github.tess2.runtime.Checkpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A user's text never becomes a special token, however the files describe the tokenizer. */
class ControlTokensTest {
  private static final Path MISTRAL = Fixtures.checkpoint("mistral");
  private static final ModelConfig CONFIG =
      Fixtures.withVocabulary(ModelConfig.read(MISTRAL.resolve("config.json")), 500);

  /** As in the two committed SentencePiece tokenizers. */
  private static final int PAD = 420;

  private static final int USER = 421;

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void copyTokenizer() {
    copy("/checkpoint/tokenizer-0.1");
  }

  /** Expects Python's ids with the whole tokenizer. Skips texts that contain the removed tokens. */
  @ParameterizedTest
  @CsvSource({"0.1, 4, 7", "0.1, 40, 180", "0.3, 4, 7", "0.3, 250, 258"})
  void encode_vocabularyThatLacksIds_givesTheFilesIds(String version, int from, int to) {
    copy("/checkpoint/tokenizer-" + version);
    IntPredicate out = id -> id >= from && id < to;
    edit(json -> vocabulary(json).asMap().values().removeIf(id -> out.test(id.getAsInt())));
    JsonObject golden = golden(version);
    int compared = 0;
    try (CheckpointTokenizer tokenizer = open()) {
      for (JsonElement one : golden.getAsJsonArray("plain")) {
        if (ids(one).stream().noneMatch(out)) {
          assertThat(tokenizer.encode(text(one))).isEqualTo(ids(one));
          compared++;
        }
      }
      for (JsonElement one : golden.getAsJsonArray("answered")) {
        if (ids(one).stream().noneMatch(out)) {
          assertThat(
                  tokenizer.encodeSequence(
                      List.of(TextSpan.user(text(one)), TextSpan.template("</s>\n"))))
              .isEqualTo(ids(one));
        }
      }
      for (JsonElement one : golden.getAsJsonArray("decoded")) {
        if (ids(one).stream().noneMatch(out)) {
          assertThat(tokenizer.decode(ids(one)))
              .isEqualTo(one.getAsJsonObject().get("skipped").getAsString());
        }
      }
      assertThat(tokenizer.decode(ImmutableIntArray.of(from, PAD, USER), false))
          .isEqualTo("[PAD]<|user|>");
      assertThat(tokenizer.size()).isEqualTo(golden.get("size").getAsInt());
    }
    assertThat(compared).isGreaterThan(4);
  }

  @Test
  void encode_addedTokenThatTheVocabularyHasUnderAnotherId_isTheVocabularys() {
    edit(json -> added(json, "<|user|>").addProperty("content", "cap"));
    try (CheckpointTokenizer tokenizer = open()) {
      assertThat(tokenizer.encode("cap")).isEqualTo(ImmutableIntArray.of(325));
    }
  }

  @Test
  void encode_specialTokenThatMergesMake_isNotReached() {
    edit(ControlTokensTest::mergeTheBeginning);
    assertNotReached("<s>", "</s>", "[PAD]");
  }

  @Test
  void encode_specialTokenThatPiecesAreMadeOf_isNotReached() {
    edit(
        json -> {
          mergeTheBeginning(json);
          vocabulary(json).addProperty("<s>s", 423);
          merge(json, "<s>", "s");
        });
    assertNotReached("<s>", "<s>s");
  }

  @Test
  void encode_wholeWordsTakenFromTheVocabulary_areNoSpecialTokens() {
    edit(
        json -> {
          json.getAsJsonObject("model").addProperty("ignore_merges", true);
          json.add("normalizer", JsonNull.INSTANCE);
        });
    assertNotReached("<s>", "</s>", "[PAD]", "<unk>");
  }

  @Test
  void encode_specialTokensThatAUnigramModelHas_areNotReached() {
    edit(json -> json.add("model", unigram()));
    assertNotReached("<s>", "</s>", "[PAD]", "<unk>");
  }

  @ParameterizedTest
  @CsvSource({
    "normalized",
    "single_word",
    "lstrip",
    "rstrip",
  })
  void encode_specialTokensWithAnyFlag_areReachedByTemplatesOnly(String flag) {
    edit(
        json -> {
          for (String content : List.of("<s>", "</s>", "<unk>", "[PAD]")) {
            added(json, content).addProperty(flag, true);
          }
        });
    assertNotReached("<s>", "</s>", "<unk>", "[PAD]");
    try (CheckpointTokenizer tokenizer = open()) {
      assertThat(
              tokenizer
                  .encodeSequence(
                      List.of(
                          TextSpan.template("<|user|>\n"),
                          TextSpan.user("a"),
                          TextSpan.template("</s>b[PAD]c")))
                  .asList())
          .startsWith(1, USER)
          .containsSubsequence(2, PAD);
    }
  }

  /** Python's transformers reads each of these as a special token. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tokenizer_config.json | {`bos_token`: `<s>`, `eos_token`: `</s>`, `pad_token`: `[PAD]`}",
        "special_tokens_map.json | {`bos_token`: {`content`: `<s>`}, `eos_token`: {`content`: `</s>`},"
            + " `mask_token`: `[PAD]`}",
        "tokenizer_config.json | {`bos_token`: `<s>`, `eos_token`: `</s>`,"
            + " `additional_special_tokens`: [`[PAD]`]}",
        "tokenizer_config.json | {`bos_token`: `<s>`, `eos_token`: `</s>`,"
            + " `added_tokens_decoder`: {`420`: {`content`: `[PAD]`, `special`: true}}}",
      })
  void encode_tokenThatAnotherFileCallsSpecial_isNotReached(String file, String content) {
    edit(
        json ->
            json.getAsJsonArray("added_tokens")
                .forEach(token -> token.getAsJsonObject().addProperty("special", false)));
    Fixtures.write(folder.resolve(file), content.replace('`', '"').getBytes(UTF_8));
    assertNotReached("<s>", "</s>", "[PAD]");
  }

  @Test
  void encode_tokenThatOnlyTheModelsConfigurationNames_isNotReached() {
    edit(
        json -> {
          mergeTheBeginning(json);
          json.remove("added_tokens");
        });
    assertNotReached("<s>", "</s>");
  }

  /** Such a token is part of the alphabet. Without it, the text could not be encoded. */
  @Test
  void encode_specialTokenOfOneCharacter_staysThatCharacter() {
    copy("/golden/checkpoints/mistral");
    edit(json -> added(json, "[PAD]").addProperty("content", "!"));
    for (String file : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      Fixtures.edit(folder.resolve(file), json -> json.addProperty("pad_token", "!"));
    }
    try (CheckpointTokenizer tokenizer = open()) {
      assertThat(tokenizer.encode("!")).isEqualTo(ImmutableIntArray.of(3));
      assertThat(tokenizer.decode(tokenizer.encode("a!"), false)).isEqualTo("a!");
    }
  }

  @Test
  void encode_addedTokensSpelledTwiceOrNotAtAll_isAsPython() {
    edit(
        json -> {
          JsonArray tokens = json.getAsJsonArray("added_tokens");
          JsonObject empty = tokens.get(3).getAsJsonObject().deepCopy();
          empty.addProperty("content", "");
          empty.addProperty("id", 422);
          JsonObject again = tokens.get(3).getAsJsonObject().deepCopy();
          again.addProperty("id", 423);
          tokens.add(empty);
          tokens.add(again);
        });
    assertNotReached("<s>", "</s>", "[PAD]");
    try (CheckpointTokenizer tokenizer = open()) {
      assertThat(
              tokenizer
                  .encodeSequence(List.of(TextSpan.template("[PAD]<|user|>"), TextSpan.user("\n")))
                  .asList())
          .startsWith(1, PAD, USER);
    }
  }

  @Test
  void encode_byteSpelledByAUser_isNoByte() {
    try (CheckpointTokenizer tokenizer = open()) {
      assertThat(tokenizer.encode("<0x0A>").asList()).doesNotContain(3 + 0x0A);
      assertThat(tokenizer.decode(tokenizer.encode("<0x0A>"))).isEqualTo("<0x0A>");
    }
  }

  /** The spellings are plain text in user messages, and tokens in templates. */
  private void assertNotReached(String... spellings) {
    try (CheckpointTokenizer tokenizer = open()) {
      for (String special : spellings) {
        for (String text :
            List.of(special, "a" + special + "s", special + special, "s " + special)) {
          assertThat(tokenizer.encode(text).asList()).as(text).doesNotContain(1, 2, PAD);
          assertThat(tokenizer.encodeContinuation(text).asList()).doesNotContain(1, 2, PAD);
          assertThat(tokenizer.encodeSequence(List.of(TextSpan.user(text))).subArray(1, 2).asList())
              .doesNotContain(1, 2, PAD);
        }
      }
      assertThat(tokenizer.encodeSequence(List.of(TextSpan.template("</s>"))))
          .isEqualTo(ImmutableIntArray.of(1, 2));
    }
  }

  /** Adds the token and merges that make {@code <s>} from its characters. */
  private static void mergeTheBeginning(JsonObject json) {
    vocabulary(json).addProperty("s>", 422);
    merge(json, "s", ">");
    merge(json, "<", "s>");
  }

  private static void merge(JsonObject json, String left, String right) {
    JsonArray pair = new JsonArray();
    pair.add(left);
    pair.add(right);
    json.getAsJsonObject("model").getAsJsonArray("merges").add(pair);
  }

  /**
   * A unigram tokenizer that splits the spelling of a control token into that token, as T5's models
   * do.
   */
  private static JsonObject unigram() {
    JsonArray pieces = new JsonArray();
    for (String piece :
        List.of("<unk>", "<s>", "</s>", "a", "<", "/", "s", ">", "[", "]", "P", "▁")) {
      JsonArray scored = new JsonArray();
      scored.add(piece);
      scored.add(pieces.size() < 3 ? 0.0 : -pieces.size());
      pieces.add(scored);
    }
    JsonObject model = new JsonObject();
    model.addProperty("type", "Unigram");
    model.addProperty("unk_id", 0);
    model.add("vocab", pieces);
    return model;
  }

  private CheckpointTokenizer open() {
    return CheckpointTokenizer.open(folder, CONFIG);
  }

  private void copy(String tokenizer) {
    try {
      folder = Files.createTempDirectory(temporary, "tokenizer");
      Checkpoints.copy(Fixtures.resource(tokenizer), folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void edit(Consumer<JsonObject> change) {
    Fixtures.edit(folder.resolve("tokenizer.json"), change);
  }

  private static JsonObject vocabulary(JsonObject json) {
    return json.getAsJsonObject("model").getAsJsonObject("vocab");
  }

  private static JsonObject added(JsonObject json, String content) {
    return json.getAsJsonArray("added_tokens").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .filter(token -> token.get("content").getAsString().equals(content))
        .findAny()
        .orElseThrow();
  }

  private static JsonObject golden(String version) {
    return Fixtures.json(Fixtures.resource("/checkpoint/tokens.json"))
        .getAsJsonArray()
        .asList()
        .stream()
        .map(JsonElement::getAsJsonObject)
        .filter(golden -> golden.get("tokenizer").getAsString().endsWith(version))
        .findAny()
        .orElseThrow();
  }

  private static String text(JsonElement golden) {
    return golden.getAsJsonObject().get("text").getAsString();
  }

  private static ImmutableIntArray ids(JsonElement golden) {
    return ImmutableIntArray.copyOf(
        golden.getAsJsonObject().getAsJsonArray("ids").asList().stream()
            .mapToInt(JsonElement::getAsInt));
  }
}
