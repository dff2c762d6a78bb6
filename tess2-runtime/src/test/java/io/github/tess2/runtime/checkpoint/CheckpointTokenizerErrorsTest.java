package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.Checkpoints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTokenizerErrorsTest {
  private static final ModelConfig CONFIG =
      ModelConfig.read(Fixtures.checkpoint("mistral").resolve("config.json"));

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void copyCheckpoint() {
    Checkpoints.copy(Fixtures.checkpoint("mistral"), folder);
    file = folder.resolve("tokenizer.json");
  }

  @Test
  void open_noFile_saysSo() throws IOException {
    Files.delete(file);
    assertOpenFails(file + ": must be a file, but does not exist");
  }

  @Test
  void open_moreTokensThanTheModel_namesBoth() {
    ModelConfig narrow =
        ModelConfig.read(
            Fixtures.edit(
                folder.resolve("config.json"),
                json -> {
                  json.addProperty("vocab_size", 299);
                  json.remove("pad_token_id");
                }));
    assertThatThrownBy(() -> CheckpointTokenizer.open(folder, narrow))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            file + ": must have at most vocab_size (299, by config.json) tokens, but has: 300");
  }

  @Test
  void open_notJson_saysSo() {
    Fixtures.write(file, "{\"model\": ".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> CheckpointTokenizer.open(folder, CONFIG))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": must be well-formed JSON, but is not: ");
  }

  @Test
  void open_noModel_saysSo() {
    edit(json -> json.remove("model"));
    assertOpenFails(file + ": model must be present, but is missing");
    edit(json -> json.addProperty("model", 5));
    assertOpenFails(file + ": model must be an object, but is: 5");
  }

  @Test
  void open_badVocabulary_saysSo() {
    edit(json -> json.getAsJsonObject("model").remove("vocab"));
    assertOpenFails(file + ": model.vocab must be present, but is missing");
    edit(json -> json.getAsJsonObject("model").addProperty("vocab", 5));
    assertOpenFails(file + ": model.vocab must be an object, but is: 5");
    edit(json -> json.getAsJsonObject("model").add("vocab", parse("{\"a\": -1}")));
    assertOpenFails(file + ": model.vocab.a must be a whole number from 0 to 16777216, but is: -1");
  }

  @Test
  void open_twoTokensOfOneId_namesBoth() {
    edit(json -> json.getAsJsonObject("model").add("vocab", parse("{\"a\": 3, \"b\": 3}")));
    assertOpenFails(file + ": token 3 must be unique, but is: \"a\" and \"b\"");
  }

  @Test
  void open_badAddedTokens_saysSo() {
    edit(json -> json.addProperty("added_tokens", 5));
    assertOpenFails(file + ": added_tokens must be an array, but is: 5");
    edit(json -> json.add("added_tokens", parse("[5]")));
    assertOpenFails(file + ": added_tokens must hold objects, but is: [5]");
    edit(json -> json.add("added_tokens", parse("[{\"id\": 5}]")));
    assertOpenFails(file + ": added token: content must be present, but is missing");
    edit(json -> json.add("added_tokens", parse("[{\"content\": \"x\", \"id\": \"5\"}]")));
    assertOpenFails(
        file + ": added token: id must be a whole number from 0 to 16777216, but is: \"5\"");
  }

  /** Each of these can crash the JVM in native code. */
  @Test
  void open_modelThatIsNotSupported_saysSo() {
    edit(json -> json.getAsJsonObject("model").addProperty("type", "WordPiece"));
    assertOpenFails(file + ": model.type must be \"BPE\" or \"Unigram\", but is: \"WordPiece\"");
    edit(json -> json.getAsJsonObject("model").add("type", JsonNull.INSTANCE));
    assertOpenFails(file + ": model.type must be \"BPE\" or \"Unigram\", but is: null");
    edit(
        json -> {
          json.getAsJsonObject("model").remove("type");
          json.getAsJsonObject("model").remove("merges");
        });
    assertOpenFails(
        file
            + ": model.type must be present, or merges (BPE), or a vocab of pairs (Unigram), but none"
            + " is");
    edit(json -> json.getAsJsonObject("model").addProperty("continuing_subword_prefix", "####"));
    assertOpenFails(
        file + ": model.continuing_subword_prefix must be null or empty, but is: \"####\"");
    edit(json -> json.getAsJsonObject("model").addProperty("end_of_word_suffix", "</w>"));
    assertOpenFails(file + ": model.end_of_word_suffix must be null or empty, but is: \"</w>\"");
  }

  @Test
  void open_badUnigramVocabulary_saysSo() {
    editUnigram("{}");
    assertOpenFails(file + ": model.vocab must be an array of pairs, but is: {}");
    for (String item : List.of("5", "[\"a\"]", "[\"a\", \"b\"]", "[1, -2.5]", "[\"a\", 1e999]")) {
      editUnigram("[[\"<unk>\", 0.0], " + item + "]");
      assertOpenFails(
          file
              + ": model.vocab must hold pairs of a piece and its score, but is: "
              + item.replace(", ", ",").replace("1e999", "1E+999"));
    }
  }

  @Test
  void open_randomMerges_saysSo() {
    edit(json -> json.getAsJsonObject("model").addProperty("dropout", 0.1));
    assertOpenFails(file + ": model.dropout must be null or zero, but is: 0.1");
  }

  @Test
  void open_tokenizerThatCannotBeBuilt_saysWhy() {
    edit(json -> json.getAsJsonObject("model").add("merges", parse("[[\"q\", \"qq\"]]")));
    assertThatThrownBy(() -> CheckpointTokenizer.open(folder, CONFIG))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": must be a tokenizer that can be built, but is not: ")
        .hasMessageContaining("out of vocabulary");
  }

  @Test
  void open_specialTokenThatIsNone_namesFileAndToken() {
    Path config = folder.resolve("tokenizer_config.json");
    Fixtures.edit(config, json -> json.addProperty("eos_token", "<end>"));
    assertOpenFails(config + ": eos_token must be a token of tokenizer.json, but is: \"<end>\"");
    Fixtures.edit(config, json -> json.addProperty("eos_token", 5));
    assertOpenFails(config + ": eos_token must be a string, but is: 5");
    Fixtures.edit(config, json -> json.add("eos_token", new JsonObject()));
    assertOpenFails(config + ": eos_token.content must be present, but is missing");
    Fixtures.edit(config, json -> json.add("eos_token", new JsonArray()));
    assertOpenFails(config + ": eos_token must be a string, but is: []");
  }

  private void assertOpenFails(String message) {
    assertThatThrownBy(() -> CheckpointTokenizer.open(folder, CONFIG))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(message);
  }

  /** Changes the committed file, not the previously changed one. */
  private void edit(Consumer<JsonObject> change) {
    JsonObject json =
        Fixtures.json(Fixtures.checkpoint("mistral").resolve("tokenizer.json")).getAsJsonObject();
    change.accept(json);
    Fixtures.write(file, json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void editUnigram(String vocabulary) {
    edit(
        json ->
            json.add(
                "model",
                parse("{\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": " + vocabulary + "}")));
  }

  private static JsonElement parse(String json) {
    return JsonParser.parseString(json);
  }
}
