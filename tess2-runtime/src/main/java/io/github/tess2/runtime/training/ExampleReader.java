package io.github.tess2.runtime.training;

import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.tess2.Role;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.TextSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Turns lines of JSON into {@link Example}s; a bad one is named by file and line number. */
final class ExampleReader {
  private final CheckpointTokenizer tokenizer;

  ExampleReader(CheckpointTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Reads one line.
   *
   * @throws Tess2Exception if it is not one of the three kinds
   */
  Example read(DataLines.Line line) {
    try {
      JsonElement json = JsonParser.parseString(line.text());
      if (!json.isJsonObject()) {
        throw new IllegalArgumentException("a line must be a JSON object, but is: " + json);
      }
      return example(json.getAsJsonObject());
    } catch (JsonParseException | IllegalArgumentException | IllegalStateException e) {
      throw new Tess2Exception(
          "%s, line %d: %s".formatted(line.file(), line.number(), e.getMessage()), e);
    }
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
            .addAll(tokenizer.encodeSequence(List.of(TextSpan.user(text))))
            .add(tokenizer.eosId())
            .build());
  }

  private Example.Chat chat(JsonObject json, String field) {
    if (!json.get(field).isJsonArray() || json.getAsJsonArray(field).isEmpty()) {
      throw new IllegalArgumentException(
          field + " must be a list of messages, but is: " + json.get(field));
    }
    List<TextSpan> spans = new ArrayList<>();
    ImmutableIntArray prompt = ImmutableIntArray.of();
    String last = "";
    Role role = Role.USER;
    for (JsonElement element : json.getAsJsonArray(field)) {
      JsonObject message = element.getAsJsonObject();
      role = role(string(message, "role"));
      last = string(message, "content");
      spans.add(TextSpan.template(role.marker() + "\n"));
      prompt = role == Role.ASSISTANT ? tokenizer.encodeSequence(spans) : prompt;
      spans.add(TextSpan.user(last));
      spans.add(TextSpan.template("\n"));
    }
    if (role != Role.ASSISTANT || last.isEmpty()) {
      throw new IllegalArgumentException(
          "the last message must be an assistant's answer, but is: " + role + " \"" + last + '"');
    }
    // The answer is encoded by itself, as it is at inference, where it follows the prompt's tokens.
    ImmutableIntArray answer = tokenizer.encodeContinuation(last);
    return new Example.Chat(
        ImmutableIntArray.builder().addAll(prompt).addAll(answer).add(tokenizer.eosId()).build(),
        prompt.length());
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
