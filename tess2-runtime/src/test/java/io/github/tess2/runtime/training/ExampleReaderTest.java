package io.github.tess2.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import io.github.tess2.Message;
import io.github.tess2.Prompt;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.generation.PromptIds;
import io.github.tess2.training.Conventions;
import io.github.tess2.training.TrainingStage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleReaderTest {
  private static final Path FILE = Path.of("train.jsonl");
  private static final int END = 2;

  private static CheckpointTokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = Data.tokenizer();
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static Example read(String line) {
    TrainingStage stage =
        line.contains("chosen") ? TrainingStage.REWARD : TrainingStage.INSTRUCTION;
    return Data.reader(tokenizer, stage).read(new DataLines.Line(FILE, 7, line));
  }

  /**
   * Chats whose turns begin or end with spaces, contain special tokens, or begin like an answer.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "What is 8 + 9?",
        "  spaces around \n",
        "no </s> ends this, <|assistant|>\n does not answer",
        "ÄÖÜ 漢字 🙂",
        "one|an answer|two",
        "one| <s> |two|\tthree\n|four"
      })
  void chat_anyTurns_beginsAsGenerationLaysItOut(String turns) {
    List<Message> prompt = new ArrayList<>();
    for (String turn : turns.split("\\|(?!user|assistant|>)", -1)) {
      prompt.add(prompt.size() % 2 == 0 ? Message.user(turn) : Message.assistant(turn));
    }
    if (prompt.size() % 2 == 0) {
      prompt.add(Message.user("last"));
    }
    List<Message> all = new ArrayList<>(prompt);
    all.add(Message.assistant(" 17 + 25\n"));

    Example.Chat chat = (Example.Chat) read(json(all));

    assertThat(chat.ids().subArray(0, chat.answerFrom()).toArray())
        .containsExactly(PromptIds.of(tokenizer, new Prompt.Chat(prompt)));
    ImmutableIntArray answer = chat.ids().subArray(chat.answerFrom(), chat.ids().length());
    assertThat(answer.get(answer.length() - 1)).isEqualTo(END);
    assertThat(tokenizer.decode(answer)).isEqualTo("17 + 25");
  }

  private static String json(List<Message> messages) {
    return new Gson()
        .toJson(
            Map.of(
                "messages",
                messages.stream()
                    .map(
                        message ->
                            Map.of(
                                "role",
                                message.role().name().toLowerCase(Locale.ROOT),
                                "content",
                                message.content()))
                    .toList()));
  }

  @Test
  void text_anyText_standsBetweenBeginningAndEnd() {
    Example.Text text = (Example.Text) read(Data.text("The capital of Italy is Rome."));

    assertThat(text.ids().get(0)).isEqualTo(tokenizer.bosId());
    assertThat(text.ids().get(text.ids().length() - 1)).isEqualTo(END);
    assertThat(tokenizer.decode(text.ids())).isEqualTo("The capital of Italy is Rome.");
  }

  @Test
  void pair_twoChats_isBoth() {
    Example.Pair pair = (Example.Pair) read(Data.pair("What is 8 + 9?", "17", "18"));

    assertThat(pair.chosen()).isEqualTo(read(Data.chat("What is 8 + 9?", "17")));
    assertThat(pair.rejected()).isEqualTo(read(Data.chat("What is 8 + 9?", "18")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\'',
      value = {
        "[1] ~ a line must be a JSON object, but is: [1]",
        "{\"text\": 1} ~ text must be a string, but is: 1",
        "{\"text\": \"\"} ~ text must not be empty",
        "{} ~ a line must have text, messages, or chosen and rejected, but has: []",
        "{\"chosen\": []} ~ a line must have text, messages, or chosen and rejected, but has: [chosen]",
        "{\"messages\": []} ~ messages must be a list of messages, but is: []",
        "{\"messages\": {}} ~ messages must be a list of messages, but is: {}",
        "{\"messages\": [3]} ~ a message must be a JSON object, but is: 3",
        "{\"messages\": [{\"role\": \"bot\", \"content\": \"x\"}]} ~ role must be system, user or assistant, but is: bot",
        "{\"messages\": [{\"role\": \"user\"}]} ~ content must be a string, but is: null",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]} ~ messages' last message must be the assistant's, but is: USER",
        "{\"messages\": [{\"role\": \"assistant\", \"content\": \"x\"}]} ~ messages' last message must follow a user's, but follows: nothing",
      })
  void read_wrongLine_namesFileLineAndRule(String line, String message) {
    assertThatThrownBy(() -> read(line))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage("train.jsonl, line 7: " + message);
  }

  @Test
  void read_answerBlank_isNamed() {
    assertThatThrownBy(() -> read(Data.chat("x", " ")))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage("train.jsonl, line 7: message content must not be blank, but is: \" \"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"text\": \"x\"", "{text: \"x\"}", "{'text': 'x'}", "{\"text\": \"x\n\"}"})
  void read_noJson_isNamed(String line) {
    assertThatThrownBy(() -> read(line))
        .isInstanceOf(Tess2Exception.class)
        .hasMessageMatching(
            "train.jsonl, line 7: a line must be one well-formed JSON object, but is not"
                + " \\(column \\d+: [^\\n]+\\)")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("Strictness", "http"));
  }

  @Test
  void read_twoObjects_isNamed() {
    assertThatThrownBy(() -> read("{\"text\": \"x\"} {\"text\": \"y\"}"))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage(
            "train.jsonl, line 7: a line must be one well-formed JSON object, but is not"
                + " (column 16: not JSON, near: {\"text\": \"y\"})");
  }

  @Test
  void read_halfASurrogatePair_isNamed() {
    assertThatThrownBy(() -> read(Data.text("\\ud83d")))
        .isInstanceOf(Tess2Exception.class)
        .hasMessageStartingWith("train.jsonl, line 7: ");
  }

  /** The oracle's result for one line. */
  @SuppressWarnings("ArrayRecordComponent") // read from JSON, and compared by content
  private record Expected(int[] ids, int answer_from, boolean cut) {}

  private record Options(
      String long_chats,
      String blank_contents,
      boolean system_turns,
      boolean earlier_ends,
      String score,
      int length) {
    Conventions conventions() {
      return Conventions.builder()
          .longChats(Conventions.LongChats.valueOf(long_chats))
          .blankContents(Conventions.BlankContents.valueOf(blank_contents))
          .systemTurns(system_turns)
          .earlierEnds(earlier_ends)
          .score(Conventions.Score.valueOf(score))
          .build();
    }
  }

  private record Variant(JsonArray messages, Options options, @Nullable Expected expected) {}

  static Stream<Variant> variants() {
    return Stream.of(Goldens.named("chat-conventions").value("lines", Variant[].class));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void chat_underEachConvention_hasTheOraclesIds(Variant variant) {
    ExampleReader reader =
        new ExampleReader(
            tokenizer,
            TrainingStage.INSTRUCTION,
            variant.options().conventions(),
            variant.options().length());

    Example found =
        reader.read(new DataLines.Line(FILE, 7, "{\"messages\": " + variant.messages() + "}"));

    Expected expected = variant.expected();
    if (expected == null) {
      assertThat(found).isInstanceOf(Example.Skipped.class);
      return;
    }
    assertThat(found)
        .isEqualTo(
            new Example.Chat(
                ImmutableIntArray.copyOf(expected.ids()), expected.answer_from(), expected.cut()));
  }

  @Test
  void pair_oneChatTooLong_isPassedOver() {
    Conventions skipping = Conventions.builder().longChats(Conventions.LongChats.SKIP).build();
    ExampleReader reader = new ExampleReader(tokenizer, TrainingStage.REWARD, skipping, 24);

    assertThat(reader.read(new DataLines.Line(FILE, 7, Data.pair("8 + 9?", "17", "18 or more"))))
        .isInstanceOf(Example.Skipped.class);
    assertThat(reader.read(new DataLines.Line(FILE, 7, Data.pair("8 + 9?", "17", "18"))))
        .isInstanceOf(Example.Pair.class);
  }
}
