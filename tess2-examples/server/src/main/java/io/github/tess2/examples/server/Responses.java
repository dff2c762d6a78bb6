package io.github.tess2.examples.server;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.github.tess2.DenoisingStep;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationResult;
import io.github.tess2.Prompt;
import io.github.tess2.Tokenizer;
import io.github.tess2.examples.text.CanvasText;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Formats the answers to one request in OpenAI's form, with fields of this server under {@code
 * tess2}.
 */
final class Responses {
  private static final String OWN = "tess2";

  private final Ask ask;
  private final String id;
  private final long created;
  private final String model;
  private final String fingerprint;
  private final Tokenizer tokenizer;

  Responses(Ask ask, String id, String model, String fingerprint, Tokenizer tokenizer) {
    this.ask = ask;
    this.id = id;
    this.created = System.currentTimeMillis() / 1000;
    this.model = model;
    this.fingerprint = fingerprint;
    this.tokenizer = tokenizer;
  }

  /** The whole response. */
  JsonObject whole(List<GenerationResult> results) {
    JsonArray choices = new JsonArray();
    for (int i = 0; i < results.size(); i++) {
      GenerationResult result = results.get(i);
      JsonObject choice = choice(i, ask.stops().cut(text(i, result)), reason(i, result), false);
      choice.add(OWN, own(result));
      choices.add(choice);
    }
    JsonObject response = envelope(choices, false);
    response.add("usage", usage(results));
    return response;
  }

  /** The text of an answer, before it is cut. */
  String text(int index, GenerationResult result) {
    return ask.choices().get(index).onlyBlank() ? result.blanks().get(0) : result.text();
  }

  private boolean isChat() {
    return ask.endpoint() == Ask.Endpoint.CHAT;
  }

  private JsonObject choice(int index, String text, @Nullable String reason, boolean event) {
    JsonObject choice = new JsonObject();
    choice.addProperty("index", index);
    if (isChat()) {
      JsonObject message = new JsonObject();
      if (!event) {
        message.addProperty("role", "assistant");
        message.add("refusal", JsonNull.INSTANCE);
      }
      if (!event || !text.isEmpty()) {
        message.addProperty("content", text);
      }
      choice.add(event ? "delta" : "message", message);
    } else {
      choice.addProperty("text", text);
    }
    choice.add("logprobs", JsonNull.INSTANCE);
    choice.addProperty("finish_reason", reason);
    return choice;
  }

  /** The first event of an answer. */
  JsonObject opening(int index) {
    JsonObject choice = choice(index, "", null, true);
    if (isChat()) {
      JsonObject delta = choice.getAsJsonObject("delta");
      delta.addProperty("role", "assistant");
      delta.addProperty("content", "");
    }
    return event(choice);
  }

  /** A piece of an answer. */
  JsonObject piece(int index, String text) {
    return event(choice(index, text, null, true));
  }

  /** The canvas after a step: an event that adds no text. */
  JsonObject state(int index, DenoisingStep step) {
    JsonObject state = new JsonObject();
    state.addProperty("step", step.step());
    state.addProperty("total", step.total());
    state.addProperty("text", step.text());
    Prompt prompt = ask.choices().get(index).prompt();
    JsonArray pieces = new JsonArray();
    for (CanvasText.Piece piece : new CanvasText(prompt, tokenizer).pieces(step)) {
      JsonArray pair = new JsonArray();
      pair.add(piece.text());
      pair.add(piece.confidence().isPresent() ? rounded(piece.confidence().getAsDouble()) : null);
      pieces.add(pair);
    }
    state.add("pieces", pieces);
    JsonArray confidence = new JsonArray();
    step.confidence().perToken().forEach(c -> confidence.add(rounded(c)));
    state.add("confidence", confidence);
    state.addProperty("answer_tokens", answerTokens(prompt, step));
    JsonObject choice = choice(index, "", null, true);
    choice.add("diffusing", state);
    return event(choice);
  }

  private int answerTokens(Prompt prompt, DenoisingStep step) {
    return prompt instanceof Prompt.Infill
        ? step.tokenIds().length()
        : tokenizer.answerLength(step.tokenIds());
  }

  private static double rounded(double confidence) {
    return Math.round(confidence * 1000) / 1000.0;
  }

  /** The last event of an answer. */
  JsonObject closing(int index, GenerationResult result, boolean stopped) {
    JsonObject choice = choice(index, "", stopped ? "stop" : reason(index, result), true);
    choice.add(OWN, own(result));
    return event(choice);
  }

  /** The very last event, sent if token counts are requested. */
  JsonObject usageEvent(List<GenerationResult> results) {
    JsonObject event = envelope(new JsonArray(), true);
    event.add("usage", usage(results));
    return event;
  }

  private JsonObject event(JsonObject choice) {
    JsonArray choices = new JsonArray();
    choices.add(choice);
    JsonObject event = envelope(choices, true);
    if (ask.includeUsage()) {
      event.add("usage", JsonNull.INSTANCE);
    }
    return event;
  }

  private JsonObject envelope(JsonArray choices, boolean event) {
    JsonObject envelope = new JsonObject();
    envelope.addProperty("id", id);
    envelope.addProperty("object", ask.endpoint().object(event));
    envelope.addProperty("created", created);
    envelope.addProperty("model", model);
    envelope.addProperty("system_fingerprint", fingerprint);
    envelope.add("choices", choices);
    return envelope;
  }

  private String reason(int index, GenerationResult result) {
    String text = text(index, result);
    boolean filled = ask.choices().get(index).prompt() instanceof Prompt.Infill;
    return result.finishReason() == FinishReason.LENGTH && !filled && ask.stops().find(text) < 0
        ? "length"
        : "stop";
  }

  private static JsonObject own(GenerationResult result) {
    JsonObject own = new JsonObject();
    own.addProperty("seed", result.seed());
    own.addProperty("steps", result.steps());
    own.addProperty("ended", result.finishReason().name().toLowerCase(Locale.ROOT));
    own.addProperty("mean_confidence", rounded(result.confidence().mean()));
    if (!result.blanks().isEmpty()) {
      JsonArray blanks = new JsonArray();
      result.blanks().forEach(blanks::add);
      own.add("blanks", blanks);
    }
    result.reward().ifPresent(reward -> own.addProperty("reward", reward));
    return own;
  }

  /** Tokens of the given texts, without the model's template around them. */
  long promptTokens() {
    return ask.choices().stream()
        .map(Ask.Choice::prompt)
        .distinct()
        .flatMap(prompt -> Prompts.texts(prompt).stream())
        .mapToLong(text -> tokenizer.encode(text).length())
        .sum();
  }

  /** Tokens of all answers. */
  static long answerTokens(List<GenerationResult> results) {
    return results.stream().mapToLong(result -> result.tokenIds().length()).sum();
  }

  private JsonObject usage(List<GenerationResult> results) {
    long prompt = promptTokens();
    long answer = answerTokens(results);
    JsonObject usage = new JsonObject();
    usage.addProperty("prompt_tokens", prompt);
    usage.addProperty("completion_tokens", answer);
    usage.addProperty("total_tokens", prompt + answer);
    return usage;
  }
}
