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
import io.github.tess2.Prompt;
import io.github.tess2.Role;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.generation.ChatText;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns lines of JSON into {@link Example}s; a bad one is named by file and line number. */
final class ExampleReader {
  private static final Pattern COLUMN = Pattern.compile("column \\d+");

  private final CheckpointTokenizer tokenizer;

  ExampleReader(CheckpointTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Reads one line.
   *
   * @throws io.github.tess2.Tess2Exception if it is not one of the three kinds
   */
  Example read(DataLines.Line line) {
    try {
      return example(object(line.text()));
    } catch (IllegalArgumentException e) {
      throw line.wrong(String.valueOf(e.getMessage()), e);
    }
  }

  private static JsonObject object(String text) {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      JsonElement json = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new IOException("goes on behind it");
      }
      return object("a line", json);
    } catch (IOException | JsonParseException e) {
      throw new IllegalArgumentException(
          "a line must be one well-formed JSON object, but is not (" + where(e) + ")", e);
    }
  }

  /** Gson's advice is for programmers; what helps is the place, "at line 1 column 16". */
  private static String where(Exception e) {
    Matcher column = COLUMN.matcher(String.valueOf(e.getMessage()));
    return column.find() ? column.group() : String.valueOf(e.getMessage());
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
      return new Example.Pair(chat(json, "chosen"), chat(json, "rejected"));
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

  private Example.Chat chat(JsonObject json, String field) {
    List<Message> messages = messages(json, field);
    int last = messages.size() - 1;
    Message answer = messages.get(last);
    if (answer.role() != Role.ASSISTANT) {
      throw new IllegalArgumentException(
          field + "' last message must be the assistant's, but is: " + answer);
    }
    ImmutableIntArray prompt =
        tokenizer.encodeSequence(
            ChatText.beforeAnswer(new Prompt.Chat(messages.subList(0, last)), tokenizer));
    // By itself, as at inference, where it is not there when the prompt is split into tokens.
    ImmutableIntArray ids = tokenizer.encodeContinuation(answer.stripped());
    return new Example.Chat(
        ImmutableIntArray.builder().addAll(prompt).addAll(ids).add(tokenizer.eosId()).build(),
        prompt.length());
  }

  private static List<Message> messages(JsonObject json, String field) {
    if (!json.get(field).isJsonArray() || json.getAsJsonArray(field).isEmpty()) {
      throw new IllegalArgumentException(
          field + " must be a list of messages, but is: " + json.get(field));
    }
    List<Message> messages = new ArrayList<>();
    for (JsonElement element : json.getAsJsonArray(field)) {
      JsonObject message = object("a message", element);
      messages.add(new Message(role(string(message, "role")), string(message, "content")));
    }
    return messages;
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
