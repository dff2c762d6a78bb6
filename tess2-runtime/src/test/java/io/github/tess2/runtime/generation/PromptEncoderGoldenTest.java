package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.Message;
import io.github.tess2.Prompt;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares encoded prompts with the ids that Python's tokenizer and the template give in the
 * oracle.
 */
class PromptEncoderGoldenTest {
  private static CheckpointTokenizer tokenizer;
  private static PromptEncoder encoder;

  static Stream<JsonObject> chats() {
    return values("chats");
  }

  static Stream<JsonObject> texts() {
    return values("texts").filter(text -> !text.get("text").getAsString().isEmpty());
  }

  private static Stream<JsonObject> values(String name) {
    JsonElement all = Goldens.named("tokenizer").value(name, JsonElement.class);
    return StreamSupport.stream(all.getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject);
  }

  @BeforeAll
  static void open() {
    try (Checkpoint checkpoint = Checkpoint.open(Goldens.checkpoint("mistral"))) {
      tokenizer = CheckpointTokenizer.open(checkpoint.folder(), checkpoint.config());
    }
    encoder = new PromptEncoder(tokenizer, 64);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @ParameterizedTest
  @MethodSource("chats")
  void chat_inTurns_isLaidOutAsTheTemplateHasIt(JsonObject golden) {
    List<Message> messages = new ArrayList<>();
    for (JsonElement turn : golden.getAsJsonArray("turns")) {
      String text = turn.getAsString();
      messages.add(messages.size() % 2 == 0 ? Message.user(text) : Message.assistant(text));
    }

    assertLaidOut(new Prompt.Chat(messages), golden);
  }

  @ParameterizedTest
  @MethodSource("texts")
  void raw_anyText_isLaidOutAsItStands(JsonObject golden) {
    assertLaidOut(Prompt.raw(golden.get("text").getAsString()), golden);
  }

  private static void assertLaidOut(Prompt prompt, JsonObject golden) {
    int[] ids =
        StreamSupport.stream(golden.getAsJsonArray("ids").spliterator(), false)
            .mapToInt(JsonElement::getAsInt)
            .toArray();
    int room = 5;

    Layout layout = encoder.encode(prompt, room);

    int[] padding = new int[room];
    java.util.Arrays.fill(padding, tokenizer.padId());
    assertThat(layout.ids().toArray())
        .containsExactly(IntStream.concat(IntStream.of(ids), IntStream.of(padding)).toArray());
    assertThat(layout.positions().toArray())
        .containsExactly(IntStream.range(ids.length, ids.length + room).toArray());
  }
}
