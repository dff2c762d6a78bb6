package io.github.tess2.langchain4j;

import static java.util.Objects.requireNonNullElse;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.github.tess2.Cancellation;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRejectedException;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.Message;
import io.github.tess2.PluginException;
import io.github.tess2.Prompt;
import io.github.tess2.Tokenizer;
import io.github.tess2.examples.text.SettledRows;
import io.github.tess2.examples.text.SettledText;
import io.github.tess2.examples.text.Stops;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;

/**
 * The common part of both chat models.
 *
 * @param lm the model
 * @param owned whether the model is closed with the chat model
 * @param modelName the model's name
 * @param defaults the default parameters of requests
 * @param listeners the listeners of requests and responses
 */
record ChatEngine(
    DiffusionLM lm,
    boolean owned,
    String modelName,
    Tess2ChatRequestParameters defaults,
    List<ChatModelListener> listeners) {

  /**
   * One question.
   *
   * @param request the generation request
   * @param rows count the settled rows; empty if every row can change until the end
   * @param stops the texts at which the answer is cut
   */
  record Question(GenerationRequest request, Optional<SettledRows> rows, Stops stops) {
    SettledText text(Tokenizer tokenizer) {
      return new SettledText(request.prompt(), tokenizer, rows, stops);
    }
  }

  /**
   * Reads a request that already includes the defaults.
   *
   * @throws InvalidRequestException if it is not valid
   */
  Question read(ChatRequest request, Cancellation cancellation) {
    Tess2ChatRequestParameters parameters =
        Tess2ChatRequestParameters.EMPTY.overrideWith(request.parameters());
    Requests.requireSupported(parameters, modelName);
    try {
      GenerationRequest.Builder builder =
          Requests.generation(request, parameters).cancellation(cancellation);
      String canvas = parameters.canvas();
      Optional<SettledRows> rows = Optional.empty();
      if (canvas != null) {
        rows = SettledRows.of(canvas);
        rows.ifPresentOrElse(builder::canvas, () -> builder.canvas(canvas));
      }
      return new Question(builder.build(), rows, new Stops(parameters.stopSequences()));
    } catch (IllegalArgumentException | PluginException e) {
      throw mapped(e);
    }
  }

  /** The response with an answer. */
  ChatResponse response(Question question, GenerationResult result, String text) {
    int input =
        ((Prompt.Chat) question.request().prompt())
            .messages().stream()
                .map(Message::content)
                .mapToInt(content -> lm.tokenizer().encode(content).length())
                .sum();
    boolean cut = question.stops().find(result.text()) >= 0;
    return ChatResponse.builder()
        .aiMessage(AiMessage.from(text))
        .metadata(
            Tess2ChatResponseMetadata.of(result)
                .id("tess2-" + UUID.randomUUID())
                .modelName(modelName)
                .tokenUsage(new TokenUsage(input, result.tokenIds().length()))
                .finishReason(cut ? FinishReason.STOP : reason(result))
                .build())
        .build();
  }

  private static FinishReason reason(GenerationResult result) {
    return switch (result.finishReason()) {
      case END_OF_SEQUENCE, STOPPING_CRITERION -> FinishReason.STOP;
      case LENGTH -> FinishReason.LENGTH;
      case CANCELLED -> FinishReason.OTHER;
    };
  }

  /**
   * Maps a failure to LangChain4j's exceptions, so that it retries only requests that may succeed
   * next time.
   */
  static RuntimeException mapped(Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException
            ? requireNonNullElse(thrown.getCause(), thrown)
            : thrown;
    if (cause instanceof GenerationRejectedException) {
      return new RateLimitException(cause);
    }
    boolean invalid =
        cause instanceof IllegalArgumentException
            || (cause instanceof PluginException && cause.getCause() == null);
    if (invalid) {
      return new InvalidRequestException(cause.getMessage(), cause);
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException e ? e : new CompletionException(cause);
  }

  /** Closes the model if it was loaded for the chat model. */
  void close() {
    if (owned) {
      lm.close();
    }
  }
}
