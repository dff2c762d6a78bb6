package io.github.tess2.examples.server;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.github.tess2.Message;
import io.github.tess2.Prompt;
import io.github.tess2.Role;
import io.github.tess2.examples.text.Blanks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The prompts of a request.
 *
 * @param list at least one prompt
 * @param suffix whether each prompt is one blank before a given text, so that only the blank is the
 *     answer
 */
record Prompts(List<Prompt> list, boolean suffix) {
  /**
   * Tokens of a blank before a suffix if no length is given; the default of OpenAI's completions.
   */
  private static final int USUAL_BLANK = 16;

  /** The prompt of {@code /v1/chat/completions}. */
  static Prompts ofChat(Fields fields) {
    JsonArray array = fields.array("messages");
    if (array == null) {
      throw fields.missing("messages");
    }
    List<Message> messages = new ArrayList<>();
    for (JsonElement element : array) {
      String path = "messages[" + messages.size() + "]";
      messages.add(message(path, Fields.of(path, element)));
    }
    if (!fields.flag("infill")) {
      return new Prompts(List.of(new Prompt.Chat(messages)), false);
    }
    if (messages.size() != 1 || messages.get(0).role() != Role.USER) {
      throw ApiException.invalid(
          "messages",
          "invalid_value",
          "messages must be a single user message with infill, but are: " + messages.size());
    }
    return new Prompts(List.of(Blanks.parse(messages.get(0).content())), false);
  }

  private static Message message(String path, Fields fields) {
    String role = fields.requiredText("role");
    fields.refuse("tool_calls", "[]");
    fields.refuse("function_call");
    fields.refuse("audio");
    fields.refuse("refusal");
    fields.refuse("name");
    JsonElement content = fields.any("content");
    if (content == null) {
      throw fields.missing("content");
    }
    fields.accept("annotations");
    fields.finish();
    return new Message(role(path, role), content(path + ".content", content));
  }

  private static Role role(String path, String role) {
    return switch (role) {
      case "system", "developer" -> Role.SYSTEM;
      case "user" -> Role.USER;
      case "assistant" -> Role.ASSISTANT;
      default ->
          throw ApiException.invalid(
              path + ".role",
              "invalid_value",
              String.format(
                  Locale.ROOT,
                  "%s.role must be system, developer, user or assistant, but is: %s",
                  path,
                  Fields.shown(role)));
    };
  }

  private static String content(String path, JsonElement content) {
    if (!content.isJsonArray()) {
      return Fields.text(path, content);
    }
    StringBuilder text = new StringBuilder();
    int i = 0;
    for (JsonElement element : content.getAsJsonArray()) {
      Fields part = Fields.of(path + "[" + i++ + "]", element);
      String type = part.requiredText("type");
      if (!type.equals("text")) {
        throw ApiException.invalid(
            part.name("type"),
            "invalid_value",
            part.name("type") + " must be text, but is: " + Fields.shown(type));
      }
      text.append(part.requiredText("text"));
      part.finish();
    }
    return text.toString();
  }

  /**
   * The prompts of {@code /v1/completions}.
   *
   * @param length tokens of a blank before a suffix; null if not given
   */
  static Prompts ofText(Fields fields, @Nullable Integer length) {
    List<String> texts = fields.texts("prompt");
    if (texts.isEmpty()) {
      throw fields.missing("prompt");
    }
    boolean infill = fields.flag("infill");
    String after = fields.text("suffix");
    String suffix = after == null ? "" : after;
    boolean blank = !suffix.isEmpty();
    if (infill && blank) {
      throw ApiException.invalid("suffix", "invalid_value", "suffix and infill exclude each other");
    }
    List<Prompt> prompts = new ArrayList<>();
    for (String text : texts) {
      if (infill) {
        prompts.add(Blanks.parse(text));
      } else if (blank) {
        prompts.add(before(text, length == null ? USUAL_BLANK : length, suffix));
      } else {
        prompts.add(Prompt.raw(text));
      }
    }
    return new Prompts(List.copyOf(prompts), blank);
  }

  private static Prompt before(String text, int tokens, String suffix) {
    Prompt.Infill.Builder infill = Prompt.infill();
    if (!text.isEmpty()) {
      infill.text(text);
    }
    return infill.blank(tokens).text(suffix).build();
  }

  /** Refuses prompts that are too long for any model. */
  void requireAtMost(int characters) {
    long all =
        list.stream().flatMap(prompt -> texts(prompt).stream()).mapToLong(String::length).sum();
    if (all > characters) {
      throw ApiException.invalid(
          null,
          "context_length_exceeded",
          String.format(
              Locale.ROOT,
              "the prompt must have at most %d characters, but has: %d",
              characters,
              all));
    }
  }

  /** The given texts of a prompt, in order. */
  static List<String> texts(Prompt prompt) {
    if (prompt instanceof Prompt.Chat chat) {
      return chat.messages().stream().map(Message::content).toList();
    }
    if (prompt instanceof Prompt.Raw raw) {
      return List.of(raw.text());
    }
    return ((Prompt.Infill) prompt)
        .parts().stream().filter(String.class::isInstance).map(String.class::cast).toList();
  }
}
