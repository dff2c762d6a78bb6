package io.github.tess2.runtime.training;

import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.tess2.Message;
import io.github.tess2.Role;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.TextSpan;
import io.github.tess2.runtime.files.JsonProblem;
import io.github.tess2.runtime.generation.ChatText;
import io.github.tess2.training.Conventions;
import io.github.tess2.training.TrainingStage;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Converts lines of JSON to the {@link Example}s that a stage accepts. Errors name the file and the
 * line number.
 */
final class ExampleReader {
  private final CheckpointTokenizer tokenizer;
  private final TrainingStage stage;
  private final Conventions conventions;
  private final int length;

  /**
   * Creates a reader.
   *
   * @param length L, the greatest length of a chat that is not packed
   */
  ExampleReader(
      CheckpointTokenizer tokenizer, TrainingStage stage, Conventions conventions, int length) {
    this.tokenizer = tokenizer;
    this.stage = stage;
    this.conventions = conventions;
    this.length = length;
  }

  /**
   * Reads one line.
   *
   * @throws io.github.tess2.Tess2Exception if it is not one that the stage accepts
   */
  Example read(DataLines.Line line) {
    try {
      return forStage(example(object(line.text())));
    } catch (IllegalArgumentException e) {
      throw line.wrong(String.valueOf(e.getMessage()), e);
    }
  }

  private Example forStage(Example example) {
    boolean fits =
        example instanceof Example.Skipped
            || (example instanceof Example.Pair) == (stage == TrainingStage.REWARD);
    if (!fits) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "stage %s needs %s, but the line has: %s",
              stage,
              stage == TrainingStage.REWARD ? "chosen and rejected" : "text or messages",
              example.fields()));
    }
    return example;
  }

  private static JsonObject object(String text) {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      JsonElement json = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new IOException("continues after it");
      }
      return object("a line", json);
    } catch (IOException | JsonParseException e) {
      throw new IllegalArgumentException(
          "a line must be one well-formed JSON object, but is not ("
              + JsonProblem.ofLine(e, text)
              + ")",
          e);
    }
  }

  private static JsonObject object(String name, JsonElement json) {
    if (!json.isJsonObject()) {
      throw new IllegalArgumentException(name + " must be a JSON object, but is: " + json);
    }
    return json.getAsJsonObject();
  }

  private Example example(JsonObject json) {
    if (json.has("text")) {
      return text(string(json, "text"));
    }
    if (json.has("messages")) {
      return chat(json, "messages");
    }
    if (json.has("chosen") && json.has("rejected")) {
      Example chosen = chat(json, "chosen");
      Example rejected = chat(json, "rejected");
      return chosen instanceof Example.Chat better && rejected instanceof Example.Chat worse
          ? new Example.Pair(better, worse)
          : new Example.Skipped();
    }
    throw new IllegalArgumentException(
        "a line must have text, messages, or chosen and rejected, but has: " + json.keySet());
  }

  private Example.Text text(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("text must not be empty");
    }
    return new Example.Text(
        ImmutableIntArray.builder()
            .addAll(tokenizer.encodeText(text))
            .add(tokenizer.eosId())
            .build());
  }

  private Example chat(JsonObject json, String field) {
    List<ChatText.Turn> turns = turns(json, field);
    if (turns.stream().anyMatch(ExampleReader::isBlank)) {
      switch (conventions.blankContents()) {
        case REFUSE ->
            throw new IllegalArgumentException(
                "message content must not be blank, but is: " + blank(turns));
        case SKIP -> {
          return new Example.Skipped();
        }
        case KEEP -> {}
      }
    }
    int last = turns.size() - 1;
    ImmutableIntArray prompt =
        tokenizer.encodeSequence(
            ChatText.beforeAnswer(turns.subList(0, last), conventions.earlierEnds(), tokenizer));
    ImmutableIntArray.Builder ids = ImmutableIntArray.builder().addAll(prompt);
    String answer = Message.strip(turns.get(last).content());
    if (!answer.isEmpty()) {
      // Tokenized separately, as at inference, when the answer does not exist yet while the prompt
      // is tokenized.
      ids.addAll(tokenizer.encodeContinuation(answer));
    }
    ids.add(tokenizer.eosId());
    if (conventions.score() == Conventions.Score.LINE_BREAK) {
      ids.addAll(lineBreak());
    }
    return fitting(ids.build(), prompt.length());
  }

  private static boolean isBlank(ChatText.Turn turn) {
    return Message.strip(turn.content()).isEmpty();
  }

  private static String blank(List<ChatText.Turn> turns) {
    return turns.stream()
        .filter(ExampleReader::isBlank)
        .findFirst()
        .map(turn -> '"' + turn.content() + '"')
        .orElseThrow();
  }

  /** The tokens of a line break after an end token. */
  private ImmutableIntArray lineBreak() {
    List<TextSpan> end = List.of(tokenizer.end());
    List<TextSpan> both = List.of(tokenizer.end(), TextSpan.template("\n"));
    return tokenizer
        .encodeSequence(both)
        .subArray(tokenizer.encodeSequence(end).length(), tokenizer.encodeSequence(both).length());
  }

  private Example fitting(ImmutableIntArray ids, int answerFrom) {
    // Adaptation packs chats as texts, so none is too long.
    if (ids.length() <= length || stage == TrainingStage.ADAPTATION) {
      return new Example.Chat(ids, answerFrom, false);
    }
    return switch (conventions.longChats()) {
      case REFUSE ->
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "a chat must have at most %d tokens, but has: %d",
                  length,
                  ids.length()));
      case SKIP -> new Example.Skipped();
      case CUT ->
          answerFrom < length
              ? new Example.Chat(ids.subArray(0, length).trimmed(), answerFrom, true)
              : new Example.Skipped();
    };
  }

  /** The turns that belong to the chat, with the answer last. */
  private List<ChatText.Turn> turns(JsonObject json, String field) {
    if (!json.get(field).isJsonArray() || json.getAsJsonArray(field).isEmpty()) {
      throw new IllegalArgumentException(
          field + " must be a list of messages, but is: " + json.get(field));
    }
    List<ChatText.Turn> turns = new ArrayList<>();
    for (JsonElement element : json.getAsJsonArray(field)) {
      JsonObject message = object("a message", element);
      Role role = role(string(message, "role"));
      String content = string(message, "content");
      if (role != Role.SYSTEM || conventions.systemTurns()) {
        turns.add(new ChatText.Turn(role, content));
      }
    }
    requireChat(field, turns);
    return turns;
  }

  private static void requireChat(String field, List<ChatText.Turn> turns) {
    int last = turns.size() - 1;
    if (last < 0 || turns.get(last).role() != Role.ASSISTANT) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s' last message must be the assistant's, but is: %s",
              field,
              last < 0 ? "none" : turns.get(last).role()));
    }
    if (last == 0 || turns.get(last - 1).role() != Role.USER) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s' last message must follow a user's, but follows: %s",
              field,
              last == 0 ? "nothing" : turns.get(last - 1).role()));
    }
  }

  private static Role role(String name) {
    for (Role role : Role.values()) {
      if (role.name().toLowerCase(Locale.ROOT).equals(name)) {
        return role;
      }
    }
    throw new IllegalArgumentException("role must be system, user or assistant, but is: " + name);
  }

  private static String string(JsonObject json, String field) {
    JsonElement value = json.get(field);
    if (value == null || !value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw new IllegalArgumentException(field + " must be a string, but is: " + value);
    }
    return value.getAsString();
  }
}
