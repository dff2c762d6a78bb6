package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each file that is refused here would crash the JVM in native code, run for minutes, or exhaust
 * the memory.
 */
class SoundTokenizerTest {
  private static final String SOURCE = "tokenizer.json";

  private final JsonObject json =
      Fixtures.json(Fixtures.checkpoint("mistral").resolve("tokenizer.json")).getAsJsonObject();

  @Test
  void of_precompiledNull_namesTheField() {
    set("normalizer", "{\"type\":\"Precompiled\",\"precompiled_charsmap\":null}");
    assertRefused("normalizer.precompiled_charsmap must be a table in Base64, but is: null");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '⇒',
      quoteCharacter = '`',
      value = {
        "5 ⇒ must be an object, but is: 5",
        "{} ⇒ .type must be present, but is missing",
        "{\"type\":\"Rot13\"} ⇒ .type must be a normalizer that is supported, but is: \"Rot13\"",
        "{\"type\":\"Strip\",\"strip_left\":true} ⇒ .strip_right must be present, but is missing",
        "{\"type\":\"Prepend\",\"prepend\":[]} ⇒ .prepend must be a string, but is: []",
        "{\"type\":\"Bert\",\"clean_text\":null} ⇒"
            + " .clean_text must be true or false, but is: null",
        "{\"type\":\"Replace\",\"content\":\"x\"} ⇒ .pattern must be present, but is missing",
        "{\"type\":\"Replace\",\"content\":\"x\",\"pattern\":{\"String\":\"\"}} ⇒"
            + " .pattern.String must have from 1 to 4096 characters, but is: \"\"",
        "{\"type\":\"Replace\",\"content\":\"x\",\"pattern\":{\"Regex\":\"(a+)+$\"}} ⇒"
            + " .pattern.Regex must be a regular expression that is known to take linear time"
            + " (it repeats a group in parentheses), but is: \"(a+)+$\"",
        "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFC\"},7]} ⇒"
            + " .normalizers[1] must be an object, but is: 7",
        "{\"type\":\"Sequence\",\"normalizers\":{}} ⇒"
            + " .normalizers must be an array of objects, but is: {}",
      })
  void of_damagedNormalizer_namesFieldAndRule(String normalizer, String message) {
    set("normalizer", normalizer);
    assertRefused("normalizer" + (message.startsWith(".") ? "" : " ") + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '⇒',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"FixedLength\",\"length\":0} ⇒"
            + " length must be a whole number from 1 to 1048576, but is: 0",
        "{\"type\":\"FixedLength\",\"length\":9223372036854775807} ⇒"
            + " length must be a whole number from 1 to 1048576, but is: 9223372036854775807",
        "{\"type\":\"CharDelimiterSplit\",\"delimiter\":\"ab\"} ⇒"
            + " delimiter must be one character, but is: \"ab\"",
        "{\"type\":\"Metaspace\",\"replacement\":\"\"} ⇒"
            + " replacement must be one character, but is: \"\"",
        "{\"type\":\"Metaspace\",\"replacement\":\"_\",\"prepend_scheme\":\"Last\"} ⇒"
            + " prepend_scheme must be one of [first, never, always], but is: \"Last\"",
        "{\"type\":\"Split\",\"behavior\":\"Isolated\",\"invert\":false,"
            + "\"pattern\":{\"Regex\":\"a*\"}} ⇒ pattern.Regex must be a regular expression that"
            + " is known to take linear time (it matches the empty text), but is: \"a*\"",
        "{\"type\":\"Split\",\"behavior\":\"Sideways\",\"invert\":false,"
            + "\"pattern\":{\"String\":\"a\"}} ⇒ behavior must be one of [Removed, Isolated,"
            + " MergedWithPrevious, MergedWithNext, Contiguous], but is: \"Sideways\"",
      })
  void of_damagedPreTokenizer_namesFieldAndRule(String preTokenizer, String message) {
    set("pre_tokenizer", preTokenizer);
    assertRefused("pre_tokenizer." + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '⇒',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"Strip\",\"content\":\" \",\"start\":1,\"stop\":1} ⇒"
            + " stop must be a whole number from 0 to 0, but is: 1",
        "{\"type\":\"Strip\",\"content\":\" \",\"start\":-1,\"stop\":0} ⇒"
            + " start must be a whole number from 0 to 1048576, but is: -1",
        "{\"type\":\"Strip\",\"content\":\" \",\"start\":0.5,\"stop\":0} ⇒"
            + " start must be a whole number from 0 to 1048576, but is: 0.5",
        "{\"type\":\"CTC\",\"pad_token\":\"a\",\"word_delimiter_token\":\"b\"} ⇒"
            + " cleanup must be present, but is missing",
        "{\"type\":\"ByteLevel\",\"trim_offsets\":true} ⇒"
            + " add_prefix_space must be present, but is missing",
      })
  void of_damagedDecoder_namesFieldAndRule(String decoder, String message) {
    set("decoder", decoder);
    assertRefused("decoder." + message);
  }

  @Test
  void of_deepSequence_isRefused() {
    set(
        "decoder",
        "{\"type\":\"Sequence\",\"decoders\":[".repeat(9) + "{\"type\":\"Fuse\"}" + "]}".repeat(9));
    assertRefused(
        "decoder."
            + "decoders[0].".repeat(8)
            + "type must not be nested over 8 levels deep, but is: \"Sequence\"");
  }

  @Test
  void of_manySteps_isRefused() {
    set(
        "normalizer",
        "{\"type\":\"Sequence\",\"normalizers\":["
            + "{\"type\":\"Nmt\"},".repeat(64)
            + "{\"type\":\"Nmt\"}]}");
    assertRefused(
        "normalizer.normalizers[64].type must be one of at most 64 steps, but is: \"Nmt\"");
  }

  @Test
  void of_replacementsThatMultiply_isRefused() {
    String twice =
        "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"aaaaaaaaaaaaaaaa\"}";
    set(
        "normalizer",
        "{\"type\":\"Sequence\",\"normalizers\":[" + (twice + ",").repeat(2) + twice + "]}");
    assertRefused(
        "normalizer.normalizers[2].type must be a step that, with those before it, makes no"
            + " text over 1024 times as long, but is: \"Replace\"");
  }

  @Test
  void of_fieldsThatNobodyReads_areLeftOut() {
    set("decoder", "{\"type\":\"Fuse\",\"more\":[[[[1e999]]]]}");
    json.add("padding", JsonParser.parseString("{\"pad_to_multiple_of\":0}"));
    json.add("surprise", new JsonArray());
    JsonObject sound = sound();
    assertThat(sound.get("decoder")).isEqualTo(JsonParser.parseString("{\"type\":\"Fuse\"}"));
    assertThat(sound.get("padding").isJsonNull()).isTrue();
    assertThat(sound.get("post_processor").isJsonNull()).isTrue();
    assertThat(sound.has("surprise")).isFalse();
  }

  @Test
  void of_whitespaceTokenThatStripsBesideOneThatDoes_isRefused() {
    add("<q>", "rstrip");
    add(" ", "lstrip");
    assertRefused(
        "added_tokens[5].lstrip must be false for a token without an ASCII letter or digit if"
            + " another has rstrip, but is: true");
  }

  @Test
  void of_addedTokenOfWhichTheNormalizerLeavesNothing_isRefused() {
    set("normalizer", "{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}");
    add("<q>", "normalized");
    add(" ", "normalized");
    assertRefused(
        "added_tokens[5].normalized must be false if the normalizer can leave nothing of the"
            + " token, but is: true");
  }

  @Test
  void of_lettersReplacedByNothing_leaveNothingOfAToken() {
    set("normalizer", "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"[a-z]+\"},\"content\":\"\"}");
    add("q", "normalized");
    assertRefused(
        "added_tokens[4].normalized must be false if the normalizer can leave nothing of the"
            + " token, but is: true");
  }

  @Test
  void of_longToken_isRefused() {
    add("x".repeat(4097), "special");
    assertThatThrownBy(this::sound)
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(
            SOURCE + ": added_tokens[4].content must have at most 4096 characters, but is: \"xxx");
    json.getAsJsonArray("added_tokens").remove(4);
    model().getAsJsonObject("vocab").addProperty("x".repeat(4097), 7);
    assertRefused("model.vocab must have tokens of at most 4096 characters, but has one of: 4097");
  }

  @Test
  void encode_veryLongText_isRefused() {
    Path file = Path.of(SOURCE);
    try (NativeTokenizer tokenizer = NativeTokenizer.of(file, Fixtures.form(sound()))) {
      assertThatThrownBy(() -> tokenizer.encode(" ".repeat(4_000_001)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("text must have at most 4000000 characters, but has: 4000001");
    }
  }

  @Test
  void of_otherVersion_isRefused() {
    json.addProperty("version", "2.0");
    assertRefused("version must be \"1.0\", but is: \"2.0\"");
  }

  @Test
  void of_unknownTokenThatIsNone_isRefusedUnlessNothingIsUnknown() {
    model().addProperty("unk_token", "<none>");
    assertThat(sound().getAsJsonObject("model").has("unk_token")).isTrue();
    set("pre_tokenizer", "null");
    assertRefused("model.unk_token must be a token of model.vocab, but is: \"<none>\"");
  }

  @Test
  void of_mergesThatAreNoPairs_isRefused() {
    model().add("merges", JsonParser.parseString("[[\"a\",\"b\",\"c\"]]"));
    assertRefused("model.merges must hold pairs of tokens, but holds: [\"a\",\"b\",\"c\"]");
    model().add("merges", JsonParser.parseString("{}"));
    assertRefused("model.merges must be an array, but is: {}");
  }

  @Test
  void of_unigram_checksPiecesScoresAndUnknown() {
    unigram("[[\"<unk>\",0],[\"a\",-1.5]]", "1");
    assertThat(sound().getAsJsonObject("model").get("unk_id").getAsInt()).isEqualTo(1);
    unigram("[[\"<unk>\",0],[\"a\",-1.5]]", "2");
    assertRefused("model.unk_id must be a whole number from 0 to 1, but is: 2");
    unigram("[[\"<unk>\",0],[\"a\",1e31]]", "0");
    assertRefused(
        "model.vocab must hold pairs of a piece and a score of at most 1e30, but holds:"
            + " [\"a\",1E+31]");
    unigram("[[\"" + "é".repeat(600) + "\",0]]", "0");
    assertRefused("model.vocab must have tokens of at most 1024 bytes, but has one of: 1200");
    unigram("{\"a\":0}", "0");
    assertRefused("model.vocab must be an array, but is: {\"a\":0}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '⇒',
      value = {
        "AAAA ⇒ it must have from 8 to 4194304 bytes",
        "!!!! ⇒ Illegal base64 character 21",
        "/////wAAAAA= ⇒ its trie must lie within it",
        "BQAAAAAAAAA= ⇒ its trie must lie within it",
        "BAAAAAAAAAA= ⇒ its trie must stay within its bounds",
        "BAAAAAAAAAD/ ⇒ its replacements must be UTF-8",
      })
  void of_damagedCharsmap_saysHow(String table, String reason) {
    set("normalizer", "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"" + table + "\"}");
    assertRefused(
        "normalizer.precompiled_charsmap must be a sound table in Base64 ("
            + reason
            + "), but is: \""
            + table
            + '"');
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 100, Integer.MAX_VALUE})
  void of_charsmapThatPointsBehindItsText_saysSo(int begin) {
    assertThatThrownBy(() -> CharsmapBounds.check(charsmap('a', begin, "xyz")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("its replacements must begin at characters in it");
  }

  @Test
  void of_charsmapThatPointsIntoACharacter_saysSo() {
    assertThatThrownBy(() -> CharsmapBounds.check(charsmap('a', 1, "éa")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("its replacements must begin at characters in it");
  }

  @Test
  void check_soundCharsmap_saysWhatItDoes() {
    CharsmapBounds map = CharsmapBounds.check(charsmap('a', 2, "b\0ccccc\0"));
    assertThat(map.growth()).isEqualTo(5);
    assertThat(map.keepsLetters()).isTrue();
    assertThat(map.deletes()).isFalse();
    map = CharsmapBounds.check(charsmap('a', 1, "b\0"));
    assertThat(map.keepsLetters()).isFalse();
    assertThat(map.deletes()).isTrue();
  }

  /** A table with one key of one byte. */
  private static byte[] charsmap(char key, int value, String text) {
    int units = 512;
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    ByteBuffer table =
        ByteBuffer.allocate(4 + 4 * units + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    table.putInt(4 * units);
    // The root's children are at 256 ^ label; the key's unit has its value at its own index ^ 1.
    table.putInt(4, 256 << 10);
    table.putInt(4 + 4 * (256 ^ key), key | 1 << 8 | 1 << 10);
    table.putInt(4 + 4 * (256 ^ key ^ 1), value | 1 << 31);
    return table.position(4 + 4 * units).put(bytes).array();
  }

  private void unigram(String vocabulary, String unknown) {
    set("model", "{\"type\":\"Unigram\",\"unk_id\":" + unknown + ",\"vocab\":" + vocabulary + "}");
  }

  private JsonObject model() {
    return json.getAsJsonObject("model");
  }

  private void set(String field, String value) {
    json.add(field, JsonParser.parseString(value));
  }

  private void add(String content, String flag) {
    JsonArray tokens = json.getAsJsonArray("added_tokens");
    JsonObject token = new JsonObject();
    token.addProperty("id", 300 + tokens.size());
    token.addProperty("content", content);
    for (String name : new String[] {"single_word", "lstrip", "rstrip", "normalized", "special"}) {
      token.addProperty(name, name.equals(flag));
    }
    tokens.add(token);
  }

  private JsonObject sound() {
    return SoundTokenizer.of(new JsonFields(SOURCE, StrictJson.object(SOURCE, json.toString())));
  }

  private void assertRefused(String message) {
    assertThatThrownBy(this::sound)
        .isInstanceOf(CheckpointException.class)
        .hasMessage(SOURCE + ": " + message);
  }
}
