package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.runtime.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with Python's tokenizers package on the same files. */
class CheckpointTokenizerTest {
  private static final ModelConfig CONFIG =
      ModelConfig.read(Fixtures.checkpoint("mistral").resolve("config.json"));

  /** More rows than any of the tokenizers has tokens. */
  private static final ModelConfig WIDE = Fixtures.withVocabulary(CONFIG, 500);

  @TempDir Path folder;

  static Stream<JsonObject> tokenizers() {
    return Fixtures.json(Fixtures.resource("/checkpoint/tokens.json"))
        .getAsJsonArray()
        .asList()
        .stream()
        .map(JsonElement::getAsJsonObject);
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void encode_plainText_asPythonWithSpecialTokensEncoded(JsonObject golden) {
    forEach(
        golden,
        "plain",
        (tokenizer, one) -> assertThat(tokenizer.encode(text(one))).isEqualTo(ids(one)));
  }

  /** Early files lack the type. Python recognises it by the other fields. */
  @ParameterizedTest
  @MethodSource("tokenizers")
  void encode_fileWithoutTheModelsType_asPython(JsonObject golden) {
    Checkpoints.copy(Fixtures.resource(golden.get("tokenizer").getAsString()), folder);
    Fixtures.edit(
        folder.resolve("tokenizer.json"), json -> json.getAsJsonObject("model").remove("type"));
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, WIDE)) {
      for (JsonElement one : golden.getAsJsonArray("plain")) {
        assertThat(tokenizer.encode(text(one.getAsJsonObject())))
            .isEqualTo(ids(one.getAsJsonObject()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void encodeSequence_userText_asPythonAfterTheBeginningToken(JsonObject golden) {
    forEach(
        golden,
        "sequence",
        (tokenizer, one) ->
            assertThat(tokenizer.encodeSequence(List.of(TextSpan.user(text(one)))))
                .isEqualTo(ids(one)));
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void encodeSequence_templateWithSpecialTokens_asPython(JsonObject golden) {
    forEach(
        golden,
        "answered",
        (tokenizer, one) ->
            assertThat(
                    tokenizer.encodeSequence(
                        List.of(TextSpan.user(text(one)), TextSpan.template("</s>\n"))))
                .isEqualTo(ids(one)));
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void encodeContinuation_anyText_asPythonWithoutASpaceInFront(JsonObject golden) {
    forEach(
        golden,
        "continued",
        (tokenizer, one) ->
            assertThat(tokenizer.encodeContinuation(text(one))).isEqualTo(ids(one)));
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void encode_longText_isNotCut(JsonObject golden) {
    JsonObject one = golden.getAsJsonObject("long");
    try (CheckpointTokenizer tokenizer = open(golden)) {
      assertThat(ids(one).length()).isGreaterThan(2000);
      assertThat(tokenizer.encode(text(one))).isEqualTo(ids(one));
    }
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void decode_anyIds_asPython(JsonObject golden) {
    forEach(
        golden,
        "decoded",
        (tokenizer, one) -> {
          assertThat(tokenizer.decode(ids(one))).isEqualTo(one.get("skipped").getAsString());
          assertThat(tokenizer.decode(ids(one), true)).isEqualTo(one.get("skipped").getAsString());
          assertThat(tokenizer.decode(ids(one), false)).isEqualTo(one.get("kept").getAsString());
        });
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void size_anyTokenizer_countsAddedTokens(JsonObject golden) {
    try (CheckpointTokenizer tokenizer = open(golden)) {
      assertThat(tokenizer.size()).isEqualTo(golden.get("size").getAsInt());
    }
  }

  @Test
  void encode_specialTokensSpelledByAUser_areNoSpecialTokens() {
    try (CheckpointTokenizer tokenizer = open("mistral")) {
      assertThat(tokenizer.encode("<s></s>[PAD]<unk>").asList()).doesNotContain(0, 1, 2, 299);
      assertThat(
              tokenizer
                  .encodeSequence(
                      List.of(
                          TextSpan.template("<|user|>\n"),
                          TextSpan.user("</s>"),
                          TextSpan.template("</s>")))
                  .asList()
                  .stream()
                  .filter(id -> id == 2))
          .hasSize(1);
    }
  }

  @Test
  void encodeSequence_spansOfOneText_meetAsOneText() {
    try (CheckpointTokenizer tokenizer = open("mistral")) {
      assertThat(
              tokenizer.encodeSequence(
                  List.of(TextSpan.template("What is the cap"), TextSpan.user("ital?"))))
          .isEqualTo(tokenizer.encodeSequence(List.of(TextSpan.user("What is the capital?"))));
    }
  }

  @Test
  void encodeSequence_beginningTokenThatIsNotSpecial_comesInFrontAllTheSame() {
    copy("mistral");
    Fixtures.edit(
        folder.resolve("tokenizer.json"), json -> json.getAsJsonArray("added_tokens").remove(1));
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, CONFIG);
        CheckpointTokenizer whole = open("mistral")) {
      List<TextSpan> text = List.of(TextSpan.user("What is 8 + 9?"));
      assertThat(tokenizer.encodeSequence(text)).isEqualTo(whole.encodeSequence(text));
    }
  }

  @Test
  void decode_rowsWithoutAToken_areLeftOut() {
    ModelConfig config =
        ModelConfig.read(Fixtures.checkpoint("llama").resolve("config.json")); // has 3 more rows
    try (CheckpointTokenizer tokenizer =
        CheckpointTokenizer.open(Fixtures.checkpoint("llama"), config)) {
      ImmutableIntArray ids = tokenizer.encode("Paris");
      ImmutableIntArray more = ImmutableIntArray.builder().add(300).addAll(ids).add(302).build();
      assertThat(tokenizer.decode(more)).isEqualTo("Paris");
      assertThat(tokenizer.decode(more, false)).isEqualTo("Paris");
    }
  }

  @Test
  void decode_idOutsideTheModel_namesIt() {
    try (CheckpointTokenizer tokenizer = open("mistral")) {
      assertThatThrownBy(() -> tokenizer.decode(ImmutableIntArray.of(5, 300)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("token id must be from 0 to 299, but is: 300");
      assertThatThrownBy(() -> tokenizer.decode(ImmutableIntArray.of(-1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("token id must be from 0 to 299, but is: -1");
    }
  }

  @Test
  void encode_halfASurrogatePair_namesIt() {
    try (CheckpointTokenizer tokenizer = open("mistral")) {
      for (String text : List.of("ab\ud800", "ab\ud800c", "ab\udc00")) {
        assertThatThrownBy(() -> tokenizer.encode(text))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "text must be well-formed, but has half a surrogate pair at index 2: \\u"
                    + Integer.toHexString(text.charAt(2)));
      }
      assertThat(tokenizer.decode(tokenizer.encode("\ud83d\ude42"))).isEqualTo("\ud83d\ude42");
    }
  }

  @Test
  void specialIds_theOraclesFiles_areTheirs() {
    try (CheckpointTokenizer tokenizer = open("mistral")) {
      assertThat(tokenizer.bosId()).isEqualTo(1);
      assertThat(tokenizer.eosId()).isEqualTo(2);
      assertThat(tokenizer.padId()).isEqualTo(299);
    }
  }

  @Test
  void specialIds_tokenizerConfig_goesBeforeTheMap() {
    copy("mistral");
    Fixtures.edit(
        folder.resolve("tokenizer_config.json"), json -> json.addProperty("eos_token", "<unk>"));
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, CONFIG)) {
      assertThat(tokenizer.eosId()).isEqualTo(0);
    }
  }

  @Test
  void specialIds_onlyTheMap_areItsTokens() throws IOException {
    copy("mistral");
    Files.delete(folder.resolve("tokenizer_config.json"));
    Fixtures.edit(
        folder.resolve("special_tokens_map.json"), json -> json.addProperty("bos_token", "</s>"));
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, CONFIG)) {
      assertThat(tokenizer.bosId()).isEqualTo(2);
      assertThat(tokenizer.padId()).isEqualTo(299);
    }
  }

  @Test
  void specialIds_noFileNamesThem_areTheModels() throws IOException {
    copy("mistral");
    Files.delete(folder.resolve("tokenizer_config.json"));
    Files.delete(folder.resolve("special_tokens_map.json"));
    ModelConfig config = edited("eos_token_id", 7, "pad_token_id", 9);
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, config)) {
      assertThat(tokenizer.bosId()).isEqualTo(1);
      assertThat(tokenizer.eosId()).isEqualTo(7);
      assertThat(tokenizer.padId()).isEqualTo(9);
    }
  }

  @Test
  void padId_nobodySays_isPadElseTheEnd() {
    copy("mistral");
    for (String file : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      Fixtures.edit(folder.resolve(file), json -> json.remove("pad_token"));
    }
    ModelConfig config = edited("pad_token_id", -1, "bos_token_id", 1);
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, config)) {
      assertThat(tokenizer.padId()).isEqualTo(299);
    }
    forgetPadding();
    try (CheckpointTokenizer tokenizer = CheckpointTokenizer.open(folder, config)) {
      assertThat(tokenizer.padId()).isEqualTo(tokenizer.eosId());
    }
  }

  @Test
  void fingerprint_sameVocabulary_isEqual() {
    try (CheckpointTokenizer one = open("mistral");
        CheckpointTokenizer other =
            CheckpointTokenizer.open(Fixtures.checkpoint("reward"), CONFIG)) {
      assertThat(one.fingerprint()).isEqualTo(other.fingerprint()).matches("[0-9a-f]{64}");
    }
  }

  @Test
  void fingerprint_oneTokenMore_differs() {
    copy("mistral");
    forgetPadding();
    try (CheckpointTokenizer one = open("mistral");
        CheckpointTokenizer other = CheckpointTokenizer.open(folder, CONFIG)) {
      assertThat(one.fingerprint()).isNotEqualTo(other.fingerprint());
    }
  }

  @Test
  void fingerprint_twoTokensExchanged_differs() {
    copy("mistral");
    Fixtures.edit(
        folder.resolve("tokenizer.json"),
        json -> {
          JsonObject vocabulary = json.getAsJsonObject("model").getAsJsonObject("vocab");
          JsonElement a = vocabulary.remove("a");
          vocabulary.add("a", vocabulary.remove("b"));
          vocabulary.add("b", a);
        });
    try (CheckpointTokenizer one = open("mistral");
        CheckpointTokenizer other = CheckpointTokenizer.open(folder, CONFIG)) {
      assertThat(one.fingerprint()).isNotEqualTo(other.fingerprint());
    }
  }

  @Test
  void encode_afterClose_saysSo() {
    CheckpointTokenizer tokenizer = open("mistral");
    tokenizer.close();
    tokenizer.close();
    Path file = Fixtures.checkpoint("mistral").resolve("tokenizer.json");
    assertThatThrownBy(() -> tokenizer.encode("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the tokenizer of " + file + " is closed");
    assertThatThrownBy(() -> tokenizer.decode(ImmutableIntArray.of(5)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the tokenizer of " + file + " is closed");
  }

  /** Without the lock this crashes the JVM. */
  @Test
  void close_whileOthersUseIt_letsThemFinishOrSaysItIsClosed() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 10; round++) {
        CheckpointTokenizer tokenizer = open("mistral");
        Callable<Boolean> use =
            () -> {
              try {
                while (true) {
                  tokenizer.decode(tokenizer.encode("What is the capital of Italy?"));
                }
              } catch (IllegalStateException closed) {
                return closed.getMessage().endsWith("is closed");
              }
            };
        List<Future<Boolean>> users =
            IntStream.range(0, 3).mapToObj(i -> threads.submit(use)).toList();
        tokenizer.close();
        for (Future<Boolean> user : users) {
          assertThat(user.get(60, TimeUnit.SECONDS)).isTrue();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void forEach(
      JsonObject golden, String cases, BiConsumer<CheckpointTokenizer, JsonObject> check) {
    assertThat(golden.getAsJsonArray(cases)).hasSizeGreaterThan(7);
    try (CheckpointTokenizer tokenizer = open(golden)) {
      golden.getAsJsonArray(cases).forEach(one -> check.accept(tokenizer, one.getAsJsonObject()));
    }
  }

  private static CheckpointTokenizer open(JsonObject golden) {
    return CheckpointTokenizer.open(Fixtures.resource(golden.get("tokenizer").getAsString()), WIDE);
  }

  private static CheckpointTokenizer open(String name) {
    return CheckpointTokenizer.open(Fixtures.checkpoint(name), CONFIG);
  }

  private ModelConfig edited(String field, int value, String other, int otherValue) {
    return ModelConfig.read(
        Fixtures.edit(
            folder.resolve("config.json"),
            json -> {
              json.addProperty(field, value);
              json.addProperty(other, otherValue);
            }));
  }

  /** Takes [PAD] out of the tokenizer and of the files that name it. */
  private void forgetPadding() {
    for (String file : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      Fixtures.edit(folder.resolve(file), json -> json.remove("pad_token"));
    }
    Fixtures.edit(
        folder.resolve("tokenizer.json"), json -> json.getAsJsonArray("added_tokens").remove(3));
  }

  private void copy(String name) {
    Checkpoints.copy(Fixtures.checkpoint(name), folder);
  }

  private static String text(JsonObject golden) {
    return golden.get("text").getAsString();
  }

  private static ImmutableIntArray ids(JsonObject golden) {
    return ImmutableIntArray.copyOf(
        golden.getAsJsonArray("ids").asList().stream().mapToInt(JsonElement::getAsInt));
  }
}
