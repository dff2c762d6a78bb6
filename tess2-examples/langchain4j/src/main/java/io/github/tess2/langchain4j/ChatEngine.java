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
 * What both chat models do alike.
 *
 * @param lm the model
 * @param owned whether it is closed with the chat model
 * @param modelName what the model is called
 * @param defaults what holds where a request says nothing
 * @param listeners told of requests and responses
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
   * @param request what is generated
   * @param rows tell what has settled; empty where every row can change until the end
   * @param stops where the answer is cut
   */
  record Question(GenerationRequest request, Optional<SettledRows> rows, Stops stops) {
    SettledText text(Tokenizer tokenizer) {
      return new SettledText(request.prompt(), tokenizer, rows, stops);
    }
  }

  /**
   * Reads a request whose defaults are in it.
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

  /** The response that tells an answer. */
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

  /** A failure by LangChain4j's names, so that its retries repeat only what may pass next time. */
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
