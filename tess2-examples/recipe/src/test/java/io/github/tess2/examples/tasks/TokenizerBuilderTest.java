package io.github.tess2.examples.tasks;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.Tess2Exception;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerBuilderTest {
  private static final String TEXT =
      "How many apples has Tom? Tom has 12 apples + 5 pears × 2. Sorted: apples pears 'pears'"
          + " Café naïve";
  private static final int WORDS = 13;
  private static final int SIZE = TokenizerBuilder.SMALLEST + WORDS;

  @TempDir private static Path folder;
  private static HuggingFaceTokenizer tokenizer;

  @BeforeAll
  static void build() throws IOException {
    System.setProperty("OPT_OUT_TRACKING", "true");
    new TokenizerBuilder(SIZE).addText(TEXT, 1).addText("Tom", 1).write(folder);
    tokenizer = HuggingFaceTokenizer.newInstance(folder.resolve("tokenizer.json"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static List<String> tokens(String text) {
    return List.of(tokenizer.encode(text).getTokens());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\n\n\t  x  ",
        "Tom has 12 apples",
        "'strawberry' x2",
        "Grüße, 世界 🙂 \u00a0 ́",
        "<|user|>\nHow many?\n<|assistant|>\n",
        "a\u0000b\r\n",
        "12345 + -0.5 = ½"
      })
  void encode_anyText_survivesTheRoundTrip(String text) {
    long[] ids = tokenizer.encode(text).getIds();
    assertThat(tokenizer.decode(ids, false)).isEqualTo(text);
  }

  @Test
  void encode_manyCharacters_survivesTheRoundTrip() {
    for (int start = 0; start < 0x3000; start += 64) {
      String part =
          IntStream.range(start, start + 64).mapToObj(Character::toString).collect(joining());
      assertThat(tokenizer.decode(tokenizer.encode(part).getIds(), false)).isEqualTo(part);
    }
  }

  @Test
  void encode_knownWords_oneTokenEach() {
    assertThat(tokens("How many apples has Tom"))
        .containsExactly("How", "Ġmany", "Ġapples", "Ġhas", "ĠTom");
  }

  @Test
  void encode_capitalisedAtTheStart_oneToken() {
    assertThat(tokens("Tom")).containsExactly("Tom");
  }

  @Test
  void encode_numbers_everyDigitAlone() {
    assertThat(tokens(" 12 apples")).containsExactly("Ġ", "1", "2", "Ġapples");
    assertThat(tokens("405")).containsExactly("4", "0", "5");
  }

  @Test
  void encode_signsBetweenNumbers_oneTokenWithTheSpacesAround() {
    assertThat(tokens("12 + 5")).containsExactly("1", "2", "Ġ+Ġ", "5");
  }

  @Test
  void encode_signBeforeABlank_sameTokenAsBeforeANumber() {
    assertThat(tokens("2 × _")).containsExactly("2", "ĠÃĹĠ", "_");
  }

  @Test
  void encode_quotedWord_letterByLetter() {
    assertThat(tokens(" 'pears'")).containsExactly("Ġ'", "p", "e", "a", "r", "s", "'");
  }

  @Test
  void encode_unknownWord_byteByByte() {
    assertThat(tokens(" figs")).containsExactly("Ġ", "f", "i", "g", "s");
  }

  @Test
  void encode_chatMarkers_oneTokenEachAndNothingAdded() {
    assertThat(tokenizer.encode("<|user|>\n1\n<|assistant|>\n").getTokens())
        .containsExactly("<|user|>", "Ċ", "1", "Ċ", "<|assistant|>", "Ċ");
  }

  @Test
  void decode_skippingSpecial_keepsChatMarkers() {
    long[] ids = tokenizer.encode("<s><|user|>1</s>[PAD]").getIds();
    assertThat(ids).hasSize(5);
    assertThat(tokenizer.decode(ids, true)).isEqualTo("<|user|>1");
  }

  @Test
  void vocabulary_any_specialThenBytesThenWords() {
    List<String> tokens =
        new TokenizerBuilder(SIZE).addText(TEXT, 1).addText("Tom", 1).vocabulary();
    assertThat(tokens).hasSize(SIZE).doesNotHaveDuplicates();
    assertThat(tokens.subList(0, 5))
        .containsExactly("<s>", "</s>", "[PAD]", "<|user|>", "<|assistant|>");
    assertThat(tokens.get(5 + 'a')).isEqualTo("a");
    assertThat(tokens.get(5 + ' ')).isEqualTo("Ġ");
    assertThat(tokens.subList(TokenizerBuilder.SMALLEST, SIZE)).allMatch(word -> word.length() > 1);
  }

  @Test
  void vocabulary_moreFrequentWord_comesFirst() {
    TokenizerBuilder builder =
        new TokenizerBuilder(TokenizerBuilder.SMALLEST + 2)
            .addText(" one two two", 1)
            .addText(" three", 5);
    assertThat(builder.vocabulary().subList(TokenizerBuilder.SMALLEST, 263))
        .containsExactly("Ġthree", "Ġtwo");
  }

  @Test
  void vocabulary_textsInOtherOrder_sameIds() {
    TokenizerBuilder one = new TokenizerBuilder(265).addText(" a b", 1).addText(" c d", 1);
    TokenizerBuilder other = new TokenizerBuilder(265).addText(" d c", 1).addText(" b a", 1);
    assertThat(one.vocabulary()).isEqualTo(other.vocabulary());
  }

  @Test
  void vocabulary_tooFewWords_isRefused() {
    TokenizerBuilder builder = new TokenizerBuilder(300).addText(" one two", 1);
    assertThatThrownBy(builder::vocabulary)
        .isInstanceOf(Tess2Exception.class)
        .hasMessage(
            "a vocabulary of 300 needs texts with at least 39 different words, but they have: 2");
  }

  @Test
  void write_tooFewWords_leavesNoFile(@TempDir Path empty) {
    TokenizerBuilder builder = new TokenizerBuilder(300);
    assertThatThrownBy(() -> builder.write(empty)).isInstanceOf(Tess2Exception.class);
    assertThat(empty).isEmptyDirectory();
  }

  @Test
  void constructor_noRoomForBytes_isRefused() {
    assertThatThrownBy(() -> new TokenizerBuilder(260))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("vocabulary size must be at least 261, but is: 260");
  }

  @Test
  void addText_weightZero_isRefused() {
    assertThatThrownBy(() -> new TokenizerBuilder(261).addText("x", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weight must be greater than zero, but is: 0");
  }

  @Test
  void write_any_threeFiles() throws IOException {
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder(
            "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json");
    JsonObject special =
        JsonParser.parseString(Files.readString(folder.resolve("special_tokens_map.json")))
            .getAsJsonObject();
    assertThat(special.get("eos_token").getAsString()).isEqualTo("</s>");
  }

  /**
   * Compares with Python's tokenizers on the same file; golden/tokenizer/make.py made the expected
   * values.
   */
  @Test
  void encode_goldenTexts_sameIdsAsPython() throws IOException {
    JsonObject golden;
    try (InputStream in = getClass().getResourceAsStream("/golden/tokenizer/golden.json")) {
      golden =
          JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
              .getAsJsonObject();
    }
    try (InputStream in = getClass().getResourceAsStream("/golden/tokenizer/tokenizer.json")) {
      assertThat(folder.resolve("tokenizer.json")).hasBinaryContent(in.readAllBytes());
    }
    for (JsonElement entry : golden.getAsJsonArray("texts")) {
      String text = entry.getAsJsonObject().get("text").getAsString();
      long[] ids = tokenizer.encode(text).getIds();
      assertThat(Arrays.toString(ids).replace(" ", ""))
          .as(text)
          .isEqualTo(entry.getAsJsonObject().get("ids").toString());
    }
    assertThat(golden.getAsJsonArray("texts")).hasSizeGreaterThan(8);
  }
}
